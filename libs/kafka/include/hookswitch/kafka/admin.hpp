#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

/// Requests about topics and groups, each with a client of its own: for start-up, the command line
/// and tests, not for hot paths. All may be called from any thread.
namespace hookswitch::kafka {

struct TopicDeclaration {
  std::string name;
  std::int32_t partitions = 1;
  std::vector<std::pair<std::string, std::string>> config;  ///< retention.ms, cleanup.policy, …
};

/// Creates what is missing; leaves what exists as it is. Throws Unavailable or std::runtime_error
/// naming the topic.
void create_topics(const std::string& brokers, const std::vector<TopicDeclaration>& topics,
                   int replication_factor, std::chrono::milliseconds patience);
/// Deletes what exists of them. Throws Unavailable or std::runtime_error naming the topic.
void delete_topics(const std::string& brokers, const std::vector<std::string>& names,
                   std::chrono::milliseconds patience);
/// Partition counts of the topics that exist. Throws Unavailable.
[[nodiscard]] std::vector<std::pair<std::string, int>> list_topics(
    const std::string& brokers, std::chrono::milliseconds patience);
/// Committed offsets of a group and the topics' ends: (topic, partition, committed or -1, end).
struct GroupLag {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t committed = -1;
  std::int64_t end = 0;
};
[[nodiscard]] std::vector<GroupLag> group_lag(const std::string& brokers, const std::string& group,
                                              const std::vector<std::string>& topics,
                                              std::chrono::milliseconds patience);

}  // namespace hookswitch::kafka
