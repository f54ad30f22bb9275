#include "api_key_option.hpp"

#include <iostream>

namespace hookswitch::cli {

static int retire(const ApiKeyOption& option) {
  const auto path = option.path();
  const auto access = access_of(option.directory);
  std::cout << ask_directory(access, "PUT", path, R"({"state":"retiring"})") << std::endl;
  return wait_for_services(option.services, access);
}

void add_api_key_retire(CLI::App& parent, Action& chosen) {
  auto option = std::make_shared<ApiKeyOption>();
  auto* command = parent.add_subcommand(
      "retire", "Marks a key that is about to be deleted: another one is taken if there is one");
  add_api_key(*command, *option);
  command->callback([option, &chosen] { chosen = [option] { return retire(*option); }; });
}

}  // namespace hookswitch::cli
