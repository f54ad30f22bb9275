#include "../adapters/directory_api.hpp"
#include "../adapters/input_file.hpp"
#include "../commands.hpp"
#include "../tenants/tenants_file.hpp"
#include "wait_for_services.hpp"

#include <iostream>
#include <iterator>

namespace hookswitch::cli {
namespace {

struct Options {
  DirectoryOption directory;
  ServicesOption services;
  std::string file;
  bool dry_run = false;
};

/// True when there were any.
bool print(const Complaints& complaints) {
  for (const auto& complaint : complaints) std::cerr << complaint << '\n';
  return !complaints.empty();
}

void print(const Change& change) {
  std::cout << to_string(change) << '\n';
  for (const auto& line : differences(change)) std::cout << "    " << line << '\n';
  std::cout << std::flush;  // also when the next change is refused
}

int apply(const Options& options) {
  const auto file = read_tenants(content_of(options.file));
  if (print(file.complaints)) return 1;
  Complaints complaints;
  const auto access = access_of(options.directory);
  const auto current = read_directory(access);
  const auto changes = changes_of(file.declaration, current.directory, complaints);
  if (print(complaints)) return 1;
  for (const auto& change : changes) {
    const bool to_do = !options.dry_run && change.kind != Change::Kind::unchanged;
    if (to_do) make_change(access, change, current.tags);
    print(change);
  }
  return options.dry_run ? 0 : wait_for_services(options.services, access);
}

}  // namespace

void add_tenant_apply(CLI::App& parent, Action& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = parent.add_subcommand(
      "apply",
      "Brings companies, branches, numbers, services, staff, agents, event types, plans and "
      "workspaces to what a file says; prints what is created (+), changed (~, with each field "
      "that differs) and unchanged (=), and waits until every running service has it. What the "
      "file does not name is left alone");
  add_directory(*command, options->directory);
  add_services(*command, options->services);
  command->add_option("-f,--file", options->file, "The tenants file (YAML); - for stdin")
      ->required();
  command->add_flag("--dry-run", options->dry_run, "Says what would change, and changes nothing");
  command->callback([options, &chosen] { chosen = [options] { return apply(*options); }; });
}

}  // namespace hookswitch::cli
