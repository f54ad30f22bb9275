#include "../adapters/directory_api.hpp"
#include "../commands.hpp"

#include <iostream>

namespace hookswitch::cli {

static int list(const DirectoryOption& directory) {
  each_item(access_of(directory), "/v1/tokens",
            [](const json::Value& token) { std::cout << token.raw_json() << '\n'; });
  return 0;
}

void add_token_list(CLI::App& parent, Action& chosen) {
  auto options = std::make_shared<DirectoryOption>();
  auto* command = parent.add_subcommand(
      "list", "All tokens, a JSON line each; what they open with is not among it");
  add_directory(*command, *options);
  command->callback([options, &chosen] { chosen = [options] { return list(*options); }; });
}

}  // namespace hookswitch::cli
