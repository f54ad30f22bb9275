#include "provider_key_option.hpp"

#include <iostream>

namespace hookswitch::cli {

static int list(const ProviderKeyOption& option) {
  each_item(access_of(option.directory), option.workspace_path(),
            [](const json::Value& key) { std::cout << key.raw_json() << '\n'; });
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
