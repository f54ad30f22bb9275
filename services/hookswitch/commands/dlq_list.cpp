#include "dlq_choice.hpp"

#include <hookswitch/json/writer.hpp>

#include <iostream>

namespace hookswitch::cli {
namespace {

struct Options {
  std::string brokers;
  DeadLetterChoice choice;
  bool json = false;
};

void print_json(const DeadLetter& letter) {
  json::Writer writer;
  writer.begin_object().key("id").string(letter.id);
  writer.key("topic").string(letter.topic).key("service").string(letter.service);
  writer.key("key").string(letter.record.key);
  writer.key("ce_type").string(letter.header("ce_type"));
  for (const auto* name : {"dlq_reason", "dlq_error", "dlq_topic", "dlq_partition", "dlq_offset",
                           "dlq_attempts", "dlq_first_failed_at", "dlq_build"}) {
    writer.key(name).string(letter.header(name));
  }
  writer.key("copies").integer(static_cast<std::int64_t>(letter.places.size()));
  std::cout << writer.end_object().take() << '\n';
}

void print_words(const DeadLetter& letter) {
  std::cout << letter.id << "  " << letter.header("dlq_reason") << "  " << letter.service << "  "
            << letter.topic << "  " << letter.header("dlq_first_failed_at") << "  attempts "
            << letter.header("dlq_attempts") << "  " << letter.header("ce_type") << "  "
            << letter.header("dlq_error") << '\n';
}

int list(const Options& options) {
  const auto letters = open_dead_letters(options.brokers, options.choice);
  for (const auto& letter : letters) {
    if (options.json) {
      print_json(letter);
    } else {
      print_words(letter);
    }
  }
  std::cerr << letters.size() << " dead letter(s)\n";
  return 0;
}

}  // namespace

void add_dlq_list(CLI::App& parent, Action& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = parent.add_subcommand("list", "The open dead letters with their causes");
  add_dlq_choice(*command, options->brokers, options->choice);
  command->add_flag("--json", options->json, "One JSON line each");
  command->callback([options, &chosen] { chosen = [options] { return list(*options); }; });
}

}  // namespace hookswitch::cli
