#include "provider_key_option.hpp"

namespace hookswitch::cli {

static int remove(const ProviderKeyOption& option) {
  const auto path = option.path();
  const auto access = access_of(option.directory);
  static_cast<void>(ask_directory(access, "DELETE", path));
  return wait_for_services(option.services, access);
}

void add_provider_key_delete(CLI::App& parent, Action& chosen) {
  auto option = std::make_shared<ProviderKeyOption>();
  auto* command = parent.add_subcommand(
      "delete", "Forgets a key: what is signed with it is refused once the command has ended");
  add_provider_key(*command, *option);
  command->callback([option, &chosen] { chosen = [option] { return remove(*option); }; });
}

}  // namespace hookswitch::cli
