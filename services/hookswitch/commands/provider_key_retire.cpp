#include "provider_key_option.hpp"

#include <hookswitch/json/writer.hpp>

#include <iostream>

namespace hookswitch::cli {

static int retire(const ProviderKeyOption& option) {
  const auto path = option.path();
  const auto access = access_of(option.directory);
  const auto provider = provider_of(option, access);
  if (!provider) {
    std::cerr << "hookswitch: the workspace has no key " << option.id << '\n';
    return 1;
  }
  json::Writer body;
  body.begin_object();
  body.key("provider").string(*provider);
  body.key("state").string("retiring");
  std::cout << ask_directory(access, "PUT", path, body.end_object().take()) << std::endl;
  return wait_for_services(option.services, access);
}

void add_provider_key_retire(CLI::App& parent, Action& chosen) {
  auto option = std::make_shared<ProviderKeyOption>();
  auto* command = parent.add_subcommand(
      "retire", "Marks a key that is about to be deleted; what it signs is still accepted");
  add_provider_key(*command, *option);
  command->callback([option, &chosen] { chosen = [option] { return retire(*option); }; });
}

}  // namespace hookswitch::cli
