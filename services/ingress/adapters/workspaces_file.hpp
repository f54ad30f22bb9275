#pragma once
#include "workspace_keys.hpp"

#include <hookswitch/core/result.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace hookswitch::ingress {

/// What the workspaces file says, and the files that it was read from (itself and the key files
/// that it names).
struct WorkspacesFile {
  KeyRing keys;
  std::vector<std::filesystem::path> files;
};

/// Reads the YAML file of provider keys:
///   workspaces: [{id, retell_api_keys: […], retell_api_key_files: […], calcom_secrets: […],
///   calcom_secret_files: […]}]
/// A key file holds one key; its final newline is cut; a relative name starts at the YAML file's
/// folder. Refused, with a Rejection that names the place and never a key: unknown or repeated
/// members, a workspace without keys, empty or repeated keys, one key in two workspaces, a file
/// that cannot be read.
[[nodiscard]] Result<WorkspacesFile> read_workspaces_file(const std::filesystem::path& path);

}  // namespace hookswitch::ingress
