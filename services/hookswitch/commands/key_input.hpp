#pragma once
#include <string>

namespace hookswitch::cli {

/// The one line of a file that holds a key ("-": standard input): what an editor or `echo` put
/// behind it is no part of the key. Throws WrongUse when there is none.
[[nodiscard]] std::string key_in(const std::string& file);

}  // namespace hookswitch::cli
