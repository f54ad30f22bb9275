#pragma once
#include "../adapters/dead_letter_bus.hpp"
#include "../commands.hpp"

namespace hookswitch::cli {

/// --kafka, --topic, --service and --reason of the dlq commands.
inline void add_dlq_choice(CLI::App& command, std::string& brokers, DeadLetterChoice& choice) {
  add_kafka(command, brokers);
  command.add_option("--topic", choice.topic, "Only of this topic (the original or the .dlq one)");
  command.add_option("--service", choice.service, "Only what this service could not handle");
  command.add_option("--reason", choice.reason, "Only with this cause")
      ->check(CLI::IsMember({"undecodable", "refused", "failed", "crashed"}));
}

}  // namespace hookswitch::cli
