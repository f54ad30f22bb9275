#include "../commands.hpp"

namespace hookswitch::cli {

void add_kafka(CLI::App& command, std::string& brokers) {
  command.add_option("--kafka", brokers, "Kafka's bootstrap servers")
      ->envname("HOOKSWITCH_KAFKA")
      ->required();
}

}  // namespace hookswitch::cli
