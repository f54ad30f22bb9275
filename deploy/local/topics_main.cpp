// hookswitch-topics: what the local stack, the tests and k8s/ do with deploy/topics.yaml. `create`
// makes the topics that are missing (with each consumer's dead-letter and retry topics), on
// --replication brokers each (1 unless given), of which all but one must have a record before it
// counts; `lag` prints how far the consumers are behind.
#include <hookswitch/events/topics.hpp>
#include <hookswitch/kafka/topic_reader.hpp>

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <iostream>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace events = hookswitch::events;
namespace kafka = hookswitch::kafka;

constexpr std::chrono::seconds patience{30};
constexpr int failure_retention_days = 30;  // dead letters and retries

struct Declared {
  std::vector<kafka::TopicDeclaration> topics;
  std::map<std::string, std::vector<std::string>> topics_of_consumer;
};

std::pair<std::string, std::string> retention(int days) {
  return {"retention.ms", std::to_string(std::int64_t{days} * 24 * 60 * 60 * 1000)};
}

void add_consumer(Declared& declared, const std::string& topic, const std::string& consumer,
                  std::vector<std::pair<std::string, std::string>> config) {
  config.push_back(retention(failure_retention_days));
  const std::string retries = events::topics::retries_of(topic, consumer);
  declared.topics.push_back({events::topics::dead_letters_of(topic, consumer), 1, config});
  declared.topics.push_back({retries, 1, std::move(config)});
  auto& consumed = declared.topics_of_consumer[consumer];
  consumed.push_back(topic);
  consumed.push_back(retries);
}

Declared read_declaration(const std::string& file) {
  const YAML::Node root = YAML::LoadFile(file);
  std::vector<std::pair<std::string, std::string>> defaults;
  for (const auto& entry : root["defaults"]) {
    defaults.emplace_back(entry.first.as<std::string>(), entry.second.as<std::string>());
  }
  Declared declared;
  for (const YAML::Node& node : root["topics"]) {
    const auto name = node["name"].as<std::string>();
    auto config = defaults;
    if (node["retention_days"]) config.push_back(retention(node["retention_days"].as<int>()));
    if (node["cleanup_policy"]) {
      config.emplace_back("cleanup.policy", node["cleanup_policy"].as<std::string>());
    }
    declared.topics.push_back({name, node["partitions"].as<std::int32_t>(), std::move(config)});
    for (const YAML::Node& consumer : node["consumers"]) {
      add_consumer(declared, name, consumer.as<std::string>(), defaults);
    }
  }
  return declared;
}

/// One JSON line for each group and topic. A partition without a committed offset is behind by all
/// that it ever held.
void print_lag(const std::string& brokers, const Declared& declared) {
  for (const auto& [group, topics] : declared.topics_of_consumer) {
    std::map<std::string, std::int64_t> behind;
    for (const auto& topic : topics) behind[topic] = 0;
    for (const auto& row : kafka::group_lag(brokers, group, topics, patience)) {
      behind[row.topic] += row.end - (row.committed < 0 ? 0 : row.committed);
    }
    for (const auto& [topic, lag] : behind) {
      std::cout << R"({"group":")" << group << R"(","topic":")" << topic << R"(","lag":)" << lag
                << "}\n";
    }
  }
}

/// acks=all waits for the replicas that are in sync, so what is acknowledged is safe from one
/// broker's loss only where two of them must be.
void create(const std::string& brokers, Declared declared, std::int32_t replication) {
  const auto in_sync = std::to_string(std::max(replication - 1, 1));
  for (auto& topic : declared.topics) topic.config.emplace_back("min.insync.replicas", in_sync);
  kafka::create_topics(brokers, declared.topics, replication, patience);
}

int wrong_use() {
  std::cerr << "usage: hookswitch-topics create --kafka BROKERS --file TOPICS.yaml [--replication "
               "1..9]\n       hookswitch-topics lag --kafka BROKERS --file TOPICS.yaml\n";
  return 2;
}

int run(const std::vector<std::string>& words) {
  if (words.size() < 5 || words[1] != "--kafka" || words[3] != "--file") return wrong_use();
  const std::string& brokers = words[2];
  const std::string& file = words[4];
  if (words[0] == "lag" && words.size() == 5) {
    print_lag(brokers, read_declaration(file));
    return 0;
  }
  if (words[0] != "create") return wrong_use();
  std::int32_t replication = 1;
  if (words.size() > 5) {
    const bool one_digit = words.size() == 7 && words[5] == "--replication" && words[6].size() == 1;
    if (!one_digit || words[6] < "1" || words[6] > "9") return wrong_use();
    replication = words[6].front() - '0';
  }
  create(brokers, read_declaration(file), replication);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::cerr << "hookswitch-topics: " << error.what() << '\n';
    return 1;
  }
}
