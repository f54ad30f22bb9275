#include "../adapters/interruption.hpp"
#include "../commands.hpp"
#include "../events/event_line.hpp"

#include <hookswitch/kafka/topic_reader.hpp>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <memory>

namespace hookswitch::cli {
namespace {

struct Options {
  std::string brokers;
  std::vector<std::string> topics;
  bool from_beginning = false;
  bool until_end = false;
  std::optional<std::string> tenant;
  std::optional<std::string> key;
};

using Readers = std::vector<std::unique_ptr<kafka::TopicReader>>;

Readers open(const Options& options) {
  Readers readers;
  for (const auto& topic : options.topics) {
    kafka::TopicReaderOptions reader;
    reader.brokers = options.brokers;
    reader.client_id = "hookswitch-tail";
    reader.topic = topic;
    reader.from_beginning = options.from_beginning;
    readers.push_back(std::make_unique<kafka::TopicReader>(reader, std::chrono::seconds{10}));
  }
  return readers;
}

bool wanted(const Options& options, const events::InboundRecord& record) {
  if (options.key && record.key != *options.key) return false;
  return !options.tenant || record.header("ce_tenantid") == std::string_view(*options.tenant);
}

/// False when nobody reads stdout any more.
bool print(const std::string& line) {
  const bool written = std::fwrite(line.data(), 1, line.size(), stdout) == line.size() &&
                       std::fputc('\n', stdout) != EOF && std::fflush(stdout) == 0;
  if (!written && errno != EPIPE) throw std::runtime_error("stdout cannot be written to");
  return written;
}

bool at_end(const Readers& readers) {
  for (const auto& reader : readers) {
    if (!reader->at_start_end()) return false;
  }
  return true;
}

int tail(const Options& options) {
  const auto readers = open(options);
  watch_for_interruption();  // until here a signal ends the process at once, however silent Kafka
                             // is
  if (!options.until_end) std::cerr << "following; SIGINT or SIGTERM ends it" << std::endl;
  const std::chrono::milliseconds patience{50 / static_cast<int>(readers.size()) + 1};
  while (!interrupted() && !(options.until_end && at_end(readers))) {
    for (const auto& reader : readers) {
      // Everything that is there already, so that one topic's burst is not slowed down by the
      // others' silence.
      for (int burst = 0; burst < 1000; ++burst) {
        const auto record = reader->poll(burst == 0 ? patience : std::chrono::milliseconds{0});
        if (!record) break;
        if (wanted(options, *record) && !print(event_line(*record))) return 0;
      }
    }
  }
  return 0;
}

}  // namespace

void add_tail(CLI::App& parent, Action& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = parent.add_subcommand("tail", "Prints events as they come, one JSON line each");
  add_kafka(*command, options->brokers);
  command->add_option("topic", options->topics, "The topics to follow")->required();
  command->add_flag("--from-beginning", options->from_beginning, "Starts with the oldest event");
  command->add_flag("--until-end", options->until_end,
                    "Ends after what was there at the start, instead of following");
  command->add_option("--tenant", options->tenant, "Only events of this company");
  command->add_option("--key", options->key, "Only events with this key");
  command->callback([options, &chosen] { chosen = [options] { return tail(*options); }; });
}

}  // namespace hookswitch::cli
