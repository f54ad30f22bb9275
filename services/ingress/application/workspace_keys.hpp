#pragma once
#include <hookswitch/routing/directory_index.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hookswitch::ingress {

/// The provider keys of one workspace; several are valid at a time, for rotation.
struct WorkspaceKeys {
  std::vector<std::string> retell_api_keys;
  std::vector<std::string> calcom_secrets;
  bool retell_closed = false;  ///< the directory has a key that could not be opened here
  bool calcom_closed = false;  ///< likewise
  friend bool operator==(const WorkspaceKeys&, const WorkspaceKeys&) = default;
};

/// What keeps a text from being a provider's key ("an empty key"); nothing when it can be one.
[[nodiscard]] std::optional<std::string_view> complaint_about_key(std::string_view key);

/// All workspaces' keys: a plain value. Never logged, on a topic only sealed.
struct KeyRing {
  routing::ByText<WorkspaceKeys> workspaces;
  /// False while keys may still come that the directory has: a wrong signature proves nothing then.
  bool complete = true;
  friend bool operator==(const KeyRing&, const KeyRing&) = default;

  /// The keys of a workspace. For one that is not there, keys that nobody has: verifying does the
  /// same work and fails, so that an outsider cannot find out which workspaces exist. The span
  /// lives as long as the ring.
  [[nodiscard]] std::span<const std::string> retell_api_keys(std::string_view workspace) const;
  [[nodiscard]] std::span<const std::string> calcom_secrets(std::string_view workspace) const;

  /// Whether a wrong signature proves that the sender has no key of the workspace: not while keys
  /// may still come, nor while one lies closed.
  [[nodiscard]] bool has_all_retell_api_keys(std::string_view workspace) const;
  [[nodiscard]] bool has_all_calcom_secrets(std::string_view workspace) const;
};

}  // namespace hookswitch::ingress
