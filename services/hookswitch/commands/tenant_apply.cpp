#include "../adapters/bus.hpp"
#include "../adapters/directory_bus.hpp"
#include "../adapters/input_file.hpp"
#include "../commands.hpp"
#include "../tenants/tenants_file.hpp"

#include <hookswitch/events/topics.hpp>

#include <iostream>
#include <iterator>

namespace hookswitch::cli {
namespace {

struct Options {
  std::string brokers;
  std::string file;
  std::vector<std::string> admin_urls;
  bool dry_run = false;
  int wait_s = 30;
};

/// True when there were any.
bool print(const Complaints& complaints) {
  for (const auto& complaint : complaints) std::cerr << complaint << '\n';
  return !complaints.empty();
}

int wait_for_services(const Options& options) {
  if (options.admin_urls.empty()) {
    std::cerr
        << "no admin URLs (--admin-url, HOOKSWITCH_ADMIN_URLS): not waiting for the services\n";
    return 0;
  }
  const auto last = end_of(options.brokers, std::string(events::topics::directory)) - 1;
  const auto lacking =
      await_directory(options.admin_urls, last, std::chrono::seconds{options.wait_s});
  for (const auto& who : lacking) std::cerr << "does not have it yet: " << who << '\n';
  return lacking.empty() ? 0 : 1;
}

int apply(const Options& options) {
  const auto file = read_tenants(content_of(options.file));
  if (print(file.complaints)) return 1;
  Complaints complaints;
  const auto changes = changes_of(file.declaration, read_directory(options.brokers), complaints);
  if (print(complaints)) return 1;
  if (!options.dry_run) write_changes(options.brokers, changes);
  for (const auto& change : changes) std::cout << to_string(change) << '\n';
  std::cout << std::flush;
  return options.dry_run ? 0 : wait_for_services(options);
}

}  // namespace

void add_tenant_apply(CLI::App& parent, Action& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = parent.add_subcommand(
      "apply",
      "Brings companies, numbers, agents, event types, plans and workspaces to what a file says; "
      "prints what is created (+), changed (~) and unchanged (=), and waits until every running "
      "service has it. What the file does not name is left alone");
  add_kafka(*command, options->brokers);
  command->add_option("-f,--file", options->file, "The tenants file (YAML); - for stdin")
      ->required();
  command->add_flag("--dry-run", options->dry_run, "Says what would change, and changes nothing");
  command->add_option("--wait", options->wait_s, "How many seconds to wait for the services")
      ->check(CLI::Range(0, 3600))
      ->capture_default_str();
  command
      ->add_option("--admin-url", options->admin_urls, "The services' admin ports, comma-separated")
      ->delimiter(',')
      ->envname("HOOKSWITCH_ADMIN_URLS");
  command->callback([options, &chosen] { chosen = [options] { return apply(*options); }; });
}

}  // namespace hookswitch::cli
