#pragma once
#include <string>

namespace hookswitch::cli {

/// The whole of a file, or of standard input for "-". Throws WrongUse when it cannot be read (a
/// folder, too).
[[nodiscard]] std::string content_of(const std::string& file);

}  // namespace hookswitch::cli
