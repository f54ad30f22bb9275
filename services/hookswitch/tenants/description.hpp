#pragma once
#include "directory.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hookswitch::cli {

/// All that the directory says about one company, as one JSON object:
/// {"company","branches","services","staff","numbers","agents","event_types",
/// "organizers","workspaces","plans"}. Nothing when there is no such company. Pure.
[[nodiscard]] std::optional<std::string> describe(const Directory& directory,
                                                  std::string_view company);

}  // namespace hookswitch::cli
