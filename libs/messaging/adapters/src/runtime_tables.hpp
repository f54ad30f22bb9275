#pragma once
#include <string>
#include <string_view>

namespace hookswitch::messaging {

/// An SQL identifier in double quotes.
[[nodiscard]] std::string quoted_identifier(std::string_view identifier);

}  // namespace hookswitch::messaging
