#include "api_key_option.hpp"

namespace hookswitch::cli {

static int remove(const ApiKeyOption& option) {
  const auto path = option.path();
  const auto access = access_of(option.directory);
  static_cast<void>(ask_directory(access, "DELETE", path));
  return wait_for_services(option.services, access);
}

void add_api_key_delete(CLI::App& parent, Action& chosen) {
  auto option = std::make_shared<ApiKeyOption>();
  auto* command =
      parent.add_subcommand("delete", "Forgets a key, here and in every running service");
  add_api_key(*command, *option);
  command->callback([option, &chosen] { chosen = [option] { return remove(*option); }; });
}

}  // namespace hookswitch::cli
