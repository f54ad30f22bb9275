#include "../adapters/directory_api.hpp"
#include "../commands.hpp"
#include "../tenants/description.hpp"

#include <iostream>

namespace hookswitch::cli {
namespace {

struct Options {
  DirectoryOption directory;
  std::string company;
};

int get(const Options& options) {
  const auto description =
      describe(read_directory(access_of(options.directory)).directory, options.company);
  if (!description) {
    std::cerr << "there is no company " << options.company << '\n';
    return 1;
  }
  std::cout << *description << '\n';
  return 0;
}

}  // namespace

void add_tenant_get(CLI::App& parent, Action& chosen) {
  auto options = std::make_shared<Options>();
  auto* command =
      parent.add_subcommand("get", "Everything that the directory says about a company, as JSON");
  add_directory(*command, options->directory);
  command->add_option("id", options->company, "The company's id")->required();
  command->callback([options, &chosen] { chosen = [options] { return get(*options); }; });
}

}  // namespace hookswitch::cli
