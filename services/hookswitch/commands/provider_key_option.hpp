#pragma once
#include "../commands.hpp"
#include "wait_for_services.hpp"

#include <string>

namespace hookswitch::cli {

/// Which provider keys a command is about.
struct ProviderKeyOption {
  DirectoryOption directory;
  ServicesOption services;
  std::string workspace;
  std::string id;

  /// The path of the one key. Throws WrongUse when an id is none.
  [[nodiscard]] std::string path() const;
  /// The path of all keys of the workspace; likewise.
  [[nodiscard]] std::string workspace_path() const;
};

/// --workspace and what add_directory() adds.
void add_workspace(CLI::App& command, ProviderKeyOption& option);
/// Those, the id, and what add_services() adds.
void add_provider_key(CLI::App& command, ProviderKeyOption& option);

/// The provider of a key that is there ("retell"), nothing when there is none. Throws
/// DirectoryRefusal.
[[nodiscard]] std::optional<std::string> provider_of(const ProviderKeyOption& option,
                                                     const DirectoryAccess& access);

}  // namespace hookswitch::cli
