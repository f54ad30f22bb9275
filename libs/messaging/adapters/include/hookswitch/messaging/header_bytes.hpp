#pragma once
#include <hookswitch/events/record.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace hookswitch::messaging {

/// Headers as one bytea, as the outbox has them: for each name and value a length (4 bytes, little
/// endian) and the bytes. Header values need not be text, so no text column could hold them.
[[nodiscard]] std::string header_bytes(const std::vector<events::Header>& headers);
/// Throws std::runtime_error for bytes that header_bytes() has not made.
[[nodiscard]] std::vector<events::Header> headers_of(std::string_view bytes);

}  // namespace hookswitch::messaging
