#include "../adapters/directory_api.hpp"
#include "../commands.hpp"
#include "../events/message_json.hpp"

#include <iostream>

namespace hookswitch::cli {
namespace {

struct Options {
  DirectoryOption directory;
  bool json = false;
};

int list(const Options& options) {
  const auto read = read_directory(access_of(options.directory));
  for (const auto& [id, company] : read.directory.companies) {
    if (options.json) {
      // NOLINTNEXTLINE(bugprone-unchecked-optional-access): a message of our schemas has its JSON
      std::cout << message_json(company).value() << '\n';
    } else {
      std::cout << id << '\t' << company.name() << '\t' << company.time_zone() << '\n';
    }
  }
  return 0;
}

}  // namespace

void add_tenant_list(CLI::App& parent, Action& chosen) {
  auto options = std::make_shared<Options>();
  auto* command =
      parent.add_subcommand("list", "All companies: id, name and time zone, separated by tabs");
  add_directory(*command, options->directory);
  command->add_flag("--json", options->json, "One JSON line each");
  command->callback([options, &chosen] { chosen = [options] { return list(*options); }; });
}

}  // namespace hookswitch::cli
