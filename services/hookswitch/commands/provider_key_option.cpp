#include "provider_key_option.hpp"

namespace hookswitch::cli {

std::string ProviderKeyOption::workspace_path() const {
  return "/v1/workspaces/" + entity_id_in_path(workspace, "the workspace") + "/provider-keys";
}

std::string ProviderKeyOption::path() const {
  return workspace_path() + "/" + entity_id_in_path(id, "the id");
}

void add_workspace(CLI::App& command, ProviderKeyOption& option) {
  add_directory(command, option.directory);
  command.add_option("--workspace", option.workspace, "The workspace that the provider signs for")
      ->required();
}

void add_provider_key(CLI::App& command, ProviderKeyOption& option) {
  add_workspace(command, option);
  add_services(command, option.services);
  command.add_option("id", option.id, "What the key is called (2026-11); not the key")->required();
}

std::optional<std::string> provider_of(const ProviderKeyOption& option,
                                       const DirectoryAccess& access) {
  std::optional<std::string> provider;
  each_item(access, option.workspace_path(), [&](const json::Value& key) {
    if (key["id"].string() && *key["id"].string() == option.id) {
      provider = std::string(key["provider"].string().value());
    }
  });
  return provider;
}

}  // namespace hookswitch::cli
