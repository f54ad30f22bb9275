#include "../adapters/unresolved_webhooks.hpp"
#include "../commands.hpp"

#include <algorithm>
#include <iostream>

namespace hookswitch::cli {
namespace {

struct Options {
  DirectoryOption directory;
  std::string reason;
};

int list(const Options& options) {
  std::size_t count = 0;
  try {
    each_unresolved(access_of(options.directory), options.reason,
                    [&](std::string_view /*id*/, std::string_view json) {
                      std::cout << json << '\n';
                      ++count;
                    });
  } catch (const DirectoryRefusal& refusal) {
    if (refusal.status() == 400) throw WrongUse(refusal.what());
    throw;
  }
  std::cerr << count << " webhook(s) wait for an owner\n";
  return 0;
}

}  // namespace

void add_unresolved_list(CLI::App& parent, Action& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = parent.add_subcommand(
      "list", "What waits, why, and for which entities; one JSON line each, never a body");
  add_directory(*command, options->directory);
  command
      ->add_option("--reason", options->reason,
                   "Only what waits for this reason (unknown_to_number, …)")
      ->check([](const std::string& text) {
        const bool word = !text.empty() && std::ranges::all_of(text, [](char c) {
          return (c >= 'a' && c <= 'z') || c == '_';
        });
        return word ? std::string() : "a reason is lower-case letters and _";
      });
  command->callback([options, &chosen] { chosen = [options] { return list(*options); }; });
}

}  // namespace hookswitch::cli
