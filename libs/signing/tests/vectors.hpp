#pragma once
#include <string>
#include <string_view>

namespace hookswitch::signing::tests {

/// The bytes of tests/contract/vectors/<name>.
[[nodiscard]] std::string vector_file(std::string_view name);
[[nodiscard]] std::string from_base64(std::string_view text);

}  // namespace hookswitch::signing::tests
