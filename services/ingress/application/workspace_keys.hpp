#pragma once
#include "directory_index.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hookswitch::ingress {

/// The provider keys of one workspace; several are valid at a time, for rotation.
struct WorkspaceKeys {
  std::vector<std::string> retell_api_keys;
  std::vector<std::string> calcom_secrets;
  friend bool operator==(const WorkspaceKeys&, const WorkspaceKeys&) = default;
};

/// All workspaces' keys: a plain value. Never logged, never on a topic.
struct KeyRing {
  ByText<WorkspaceKeys> workspaces;
  friend bool operator==(const KeyRing&, const KeyRing&) = default;

  /// The keys of a workspace. For one that is not there, keys that nobody has: verifying does the
  /// same work and fails, so that an outsider cannot find out which workspaces exist. The span
  /// lives as long as the ring.
  [[nodiscard]] std::span<const std::string> retell_api_keys(std::string_view workspace) const;
  [[nodiscard]] std::span<const std::string> calcom_secrets(std::string_view workspace) const;
};

}  // namespace hookswitch::ingress
