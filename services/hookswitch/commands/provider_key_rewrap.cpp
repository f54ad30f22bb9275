#include "../commands.hpp"
#include "keys_in_force.hpp"
#include "wait_for_services.hpp"

#include <hookswitch/json/document.hpp>

#include <iostream>

namespace hookswitch::cli {
namespace {

struct Options {
  DirectoryOption directory;
  ServicesOption services;
};

int rewrap(const Options& options) {
  const auto access = access_of(options.directory);
  const auto answer = ask_directory(access, "POST", "/v1/provider-keys:rewrap", "{}");
  std::cout << answer << std::endl;
  const auto document = json::Document::parse(answer);
  if (!document) throw DirectoryRefusal("the directory service's answer is not JSON");
  const auto known_to_all = wait_for_services(options.services, access);
  const auto closed = document->root()["closed"].elements().size();
  if (closed > 0) {
    std::cerr << "hookswitch: " << closed
              << " keys are wrapped by a master key that the directory service does not have\n";
    return 1;
  }
  if (known_to_all != 0) return known_to_all;
  const auto master_key = document->root()["master_key"].string();
  if (!master_key) throw DirectoryRefusal("the directory service names no master key");
  return wait_for_master_key(options.services, std::string(*master_key));
}

}  // namespace

void add_provider_key_rewrap(CLI::App& parent, Action& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = parent.add_subcommand(
      "rewrap",
      "Wraps every data key, of workspaces and of companies, by the newest master key, and waits "
      "until every running service has it: older master keys are needed by nobody then. Exit code "
      "3: ingress does not have the newest one, and needs the older ones still");
  add_directory(*command, options->directory);
  add_services(*command, options->services);
  command->callback([options, &chosen] { chosen = [options] { return rewrap(*options); }; });
}

}  // namespace hookswitch::cli
