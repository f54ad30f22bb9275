#pragma once
#include <cstddef>
#include <string_view>

namespace hookswitch::json {

/// How many leading bytes are well-formed UTF-8: all of them, or the offset of the first malformed
/// sequence.
[[nodiscard]] std::size_t utf8_prefix(std::string_view bytes);

}  // namespace hookswitch::json
