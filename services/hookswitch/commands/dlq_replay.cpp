#include "../adapters/bus.hpp"
#include "dlq_choice.hpp"

#include <iostream>

namespace hookswitch::cli {
namespace {

struct Options {
  std::string brokers;
  DeadLetterChoice choice;
  bool all = false;
};

int replay(const Options& options) {
  const auto& choice = options.choice;
  if (choice.ids.empty() && choice.reason.empty() && !options.all) {
    throw WrongUse("dlq replay: say which: ids, --reason or --all");
  }
  if (!choice.ids.empty() && options.all) throw WrongUse("dlq replay: either ids or --all");
  const auto letters = open_dead_letters(options.brokers, choice);
  std::vector<events::OutboundRecord> replays;
  replays.reserve(letters.size());
  for (const auto& letter : letters) replays.push_back(replay_of(letter));
  const auto durable = write_records(options.brokers, replays);
  std::vector<DeadLetter> replayed;
  for (std::size_t index = 0; index < letters.size(); ++index) {
    if (!durable[index]) {
      std::cerr << letters[index].id << " was not replayed: " << replays[index].topic
                << " did not confirm it\n";
      continue;
    }
    replayed.push_back(letters[index]);
    std::cout << "replayed " << letters[index].id << " to " << replays[index].topic << '\n';
  }
  // What is replayed but not marked is listed again; replaying it once more changes nothing
  // (promise 5).
  const bool marked = close_dead_letters(options.brokers, replayed, "replayed");
  if (!marked) std::cerr << "not every replayed one could be marked; some will be listed again\n";
  const auto missing = ids_without_letter(choice, letters);
  for (const auto& id : missing) std::cerr << "no open dead letter " << id << '\n';
  std::cerr << replayed.size() << " replayed\n";
  return marked && missing.empty() && replayed.size() == letters.size() ? 0 : 1;
}

}  // namespace

void add_dlq_replay(CLI::App& parent, Action& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = parent.add_subcommand(
      "replay",
      "Gives dead letters back to the service that could not handle them, and only to it");
  command->add_option("id", options->choice.ids, "Ids that `dlq list` shows");
  command->add_flag("--all", options->all, "Every open one (of --topic, --service, --reason)");
  add_dlq_choice(*command, options->brokers, options->choice);
  command->callback([options, &chosen] { chosen = [options] { return replay(*options); }; });
}

}  // namespace hookswitch::cli
