#include "../events/event_line.hpp"
#include "dlq_choice.hpp"

#include <iostream>

namespace hookswitch::cli {
namespace {

struct Options {
  std::string brokers;
  DeadLetterChoice choice;
};

int show(const Options& options) {
  const auto letters = open_dead_letters(options.brokers, options.choice);
  for (const auto& letter : letters) {
    const auto record =
        events::make_inbound(letter.record, letter.place.partition, letter.place.offset);
    std::cout << event_line(record) << '\n';
  }
  if (!letters.empty()) return 0;
  std::cerr << "no open dead letter " << options.choice.ids.front() << '\n';
  return 1;
}

}  // namespace

void add_dlq_show(CLI::App& parent, Action& chosen) {
  auto options = std::make_shared<Options>();
  options->choice.ids.resize(1);
  auto* command = parent.add_subcommand(
      "show", "One dead letter with all headers and its data, a JSON line as `tail` prints it");
  command->add_option("id", options->choice.ids.front(), "The id that `dlq list` shows")
      ->required();
  add_dlq_choice(*command, options->brokers, options->choice);
  command->callback([options, &chosen] { chosen = [options] { return show(*options); }; });
}

}  // namespace hookswitch::cli
