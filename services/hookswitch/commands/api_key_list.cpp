#include "api_key_option.hpp"

#include <iostream>

namespace hookswitch::cli {

static int list(const ApiKeyOption& option) {
  each_item(access_of(option.directory), option.company_path(),
            [](const json::Value& key) { std::cout << key.raw_json() << '\n'; });
  return 0;
}

void add_api_key_list(CLI::App& parent, Action& chosen) {
  auto option = std::make_shared<ApiKeyOption>();
  auto* command = parent.add_subcommand(
      "list", "A company's keys, a JSON line each; the keys themselves are not among it");
  add_company(*command, *option);
  command->callback([option, &chosen] { chosen = [option] { return list(*option); }; });
}

}  // namespace hookswitch::cli
