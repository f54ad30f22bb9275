#include "dlq_choice.hpp"

#include <iostream>

namespace hookswitch::cli {
namespace {

struct Options {
  std::string brokers;
  DeadLetterChoice choice;
  bool all = false;
  bool yes = false;
};

int discard(const Options& options) {
  const auto& choice = options.choice;
  if (choice.ids.empty() == !options.all) throw WrongUse("dlq discard: either ids or --all");
  if (options.all && !options.yes) throw WrongUse("dlq discard: --all wants --yes as well");
  const auto letters = open_dead_letters(options.brokers, choice);
  if (!close_dead_letters(options.brokers, letters, "discarded")) {
    std::cerr << "not every one could be marked; `dlq list` shows what is left\n";
    return 1;
  }
  for (const auto& letter : letters) std::cout << "discarded " << letter.id << '\n';
  const auto missing = ids_without_letter(choice, letters);
  for (const auto& id : missing) std::cerr << "no open dead letter " << id << '\n';
  std::cerr << letters.size() << " discarded\n";
  return missing.empty() ? 0 : 1;
}

}  // namespace

void add_dlq_discard(CLI::App& parent, Action& chosen) {
  auto options = std::make_shared<Options>();
  auto* command =
      parent.add_subcommand("discard", "Closes dead letters without handling them (not undone)");
  command->add_option("id", options->choice.ids, "Ids that `dlq list` shows");
  command->add_flag("--all", options->all, "Every open one (of --topic, --service, --reason)");
  command->add_flag("--yes", options->yes, "Confirms --all");
  add_dlq_choice(*command, options->brokers, options->choice);
  command->callback([options, &chosen] { chosen = [options] { return discard(*options); }; });
}

}  // namespace hookswitch::cli
