#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hookswitch::sealing {

/// [a-z0-9][a-z0-9_-]{0,62}: safe in an error's text.
[[nodiscard]] bool is_key_id(std::string_view text);

/// Its length as 4 bytes, biggest first, and the text: so that ("ab", "c") is not ("a", "bc").
void append_counted(std::string& bytes, std::string_view text);

/// Lower-case hex.
[[nodiscard]] std::string to_hex(std::string_view bytes);

/// Takes bytes from the front; nothing when there are not as many.
[[nodiscard]] std::optional<std::string_view> take(std::string_view& bytes, std::size_t count);

}  // namespace hookswitch::sealing
