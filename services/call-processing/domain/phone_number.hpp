#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace hookswitch::call_processing {

/// A number as the provider sends it, or nothing when it stands for no number: "anonymous",
/// "Restricted" and their like, the numeric stand-in for "anonymous", and everything that is no
/// telephone number (contracts §5.3). Nothing, so that two withheld callers are never taken for
/// one.
[[nodiscard]] std::optional<std::string> telephone_number(std::string_view text);

}  // namespace hookswitch::call_processing
