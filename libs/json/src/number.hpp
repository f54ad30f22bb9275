#pragma once
#include <cstddef>
#include <string_view>

namespace hookswitch::json {

/// How many leading bytes are a number of RFC 8259 §6, of any size; 0 when none starts here.
[[nodiscard]] std::size_t number_length(std::string_view text);

}  // namespace hookswitch::json
