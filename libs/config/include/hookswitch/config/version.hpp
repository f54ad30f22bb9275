#pragma once
#include <string_view>

namespace hookswitch::config {

/// The version that was built: "0.1.0", with the commit that was configured where it is known
/// ("0.1.0+1a2b3c4d5e6f"). Thread safe.
[[nodiscard]] std::string_view version();

}  // namespace hookswitch::config
