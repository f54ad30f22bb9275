#pragma once
#include "directory_api.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace hookswitch::cli {

/// Calls `each` with every webhook that waits for an owner (of one reason, unless it is empty): its
/// id, and what may be shown of it as JSON. Those that are gone by the time are left out. Throws
/// DirectoryRefusal.
void each_unresolved(const DirectoryAccess& access, const std::string& reason,
                     const std::function<void(std::string_view id, std::string_view json)>& each);

/// Gives one to its owner, or to `company` unless that is empty; what the service says of it, as
/// JSON. Throws DirectoryRefusal.
[[nodiscard]] std::string release_unresolved(const DirectoryAccess& access, const std::string& id,
                                             const std::string& company);

}  // namespace hookswitch::cli
