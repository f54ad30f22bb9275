#pragma once
#include <hookswitch/telemetry/log.hpp>

#include <spdlog/fmt/fmt.h>

#include <string_view>

namespace hookswitch::telemetry {

using LineBuffer = fmt::basic_memory_buffer<char, 512>;

/// `text` as a JSON string with its quotes; what is not UTF-8 becomes U+FFFD.
void append_json_string(LineBuffer& line, std::string_view text);
/// `,"name":value`
void append_field(LineBuffer& line, const Field& field);

}  // namespace hookswitch::telemetry
