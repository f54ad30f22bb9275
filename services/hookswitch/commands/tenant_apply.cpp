#include "../adapters/bus.hpp"
#include "../adapters/directory_api.hpp"
#include "../adapters/input_file.hpp"
#include "../commands.hpp"
#include "../tenants/tenants_file.hpp"

#include <hookswitch/events/topics.hpp>

#include <algorithm>
#include <iostream>
#include <iterator>

namespace hookswitch::cli {
namespace {

struct Options {
  std::string brokers;
  DirectoryOption directory;
  std::string file;
  std::vector<std::string> admin_urls;
  bool dry_run = false;
  int wait_s = 30;
};

/// Without this there is nothing that the services could be behind of.
constexpr std::chrono::seconds publication_patience{10};

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

int wait_for_services(const Options& options, const DirectoryAccess& access) {
  const std::chrono::seconds patience{options.wait_s};
  if (!await_published(access, std::max(patience, publication_patience))) {
    std::cerr << "not every change is on the topic yet: is Kafka away?\n";
    return 1;
  }
  if (options.admin_urls.empty()) {
    std::cerr
        << "no admin URLs (--admin-url, HOOKSWITCH_ADMIN_URLS): not waiting for the services\n";
    return 0;
  }
  const auto last = end_of(options.brokers, std::string(events::topics::directory)) - 1;
  const auto lacking = await_directory(options.admin_urls, last, patience);
  for (const auto& who : lacking) std::cerr << "does not have it yet: " << who << '\n';
  return lacking.empty() ? 0 : 1;
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
  return options.dry_run ? 0 : wait_for_services(options, access);
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
