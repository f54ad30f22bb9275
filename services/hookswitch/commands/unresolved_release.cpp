#include "../adapters/unresolved_webhooks.hpp"
#include "../commands.hpp"

#include <hookswitch/core/uuid.hpp>

#include <iostream>

namespace hookswitch::cli {
namespace {

struct Options {
  DirectoryOption directory;
  std::vector<std::string> ids;
  bool all = false;
  std::string company;
};

/// False when it stays, for a reason that is said. What would be so for each of them is thrown.
bool release_one(const DirectoryAccess& access, const std::string& id, const std::string& company) {
  try {
    std::cout << release_unresolved(access, id, company) << '\n';
    return true;
  } catch (const DirectoryRefusal& refusal) {
    const bool about_this_one = refusal.status() == 404 || refusal.status() == 409;
    if (!about_this_one) throw;
    std::cerr << id << ": " << refusal.what() << '\n';
    return false;
  }
}

int release(const Options& options) {
  if (options.ids.empty() != options.all) {
    throw WrongUse("unresolved release: either ids or --all");
  }
  for (const auto& id : options.ids) {
    if (!Uuid::parse(id)) throw WrongUse("unresolved release: " + id + " is no id");
  }
  const auto access = access_of(options.directory);
  auto ids = options.ids;
  if (options.all) {
    each_unresolved(access, "",
                    [&](std::string_view id, std::string_view /*json*/) { ids.emplace_back(id); });
  }
  std::size_t released = 0;
  for (const auto& id : ids) {
    if (release_one(access, id, options.company)) ++released;
  }
  std::cerr << released << " released, " << ids.size() - released << " not\n";
  return released == ids.size() ? 0 : 1;
}

}  // namespace

void add_unresolved_release(CLI::App& parent, Action& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = parent.add_subcommand(
      "release", "Gives webhooks to their owners now, if they have one, or to a company");
  add_directory(*command, options->directory);
  command->add_option("id", options->ids, "Ids that `unresolved list` shows");
  command->add_flag("--all", options->all, "Everything that waits");
  command->add_option("--company", options->company,
                      "To this company, for which the webhook's workspace may speak");
  command->callback([options, &chosen] { chosen = [options] { return release(*options); }; });
}

}  // namespace hookswitch::cli
