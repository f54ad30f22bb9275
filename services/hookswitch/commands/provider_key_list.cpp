#include "provider_key_option.hpp"

#include <hookswitch/json/document.hpp>

#include <iostream>

namespace hookswitch::cli {

static int list(const ProviderKeyOption& option) {
  const auto answer = ask_directory(access_of(option.directory), "GET", option.workspace_path());
  const auto document = json::Document::parse(answer);
  if (!document) throw DirectoryRefusal("the directory service's list of keys is not JSON");
  for (const auto& key : document->root()["items"].elements()) std::cout << key.raw_json() << '\n';
  return 0;
}

void add_provider_key_list(CLI::App& parent, Action& chosen) {
  auto option = std::make_shared<ProviderKeyOption>();
  auto* command = parent.add_subcommand(
      "list", "A workspace's keys, a JSON line each; the keys themselves are not among it");
  add_workspace(*command, *option);
  command->callback([option, &chosen] { chosen = [option] { return list(*option); }; });
}

}  // namespace hookswitch::cli
