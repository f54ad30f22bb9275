#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <hookswitch/events/record.hpp>
#include <hookswitch/kafka/consumer.hpp>

namespace hookswitch::kafka {

struct TopicReaderOptions {
  std::string brokers;
  std::string client_id;
  std::string topic;
  bool from_beginning = true;
  std::size_t message_bytes_max = std::size_t{4} * 1024 * 1024 + 65'536;
};

/// Reads every partition of one topic without a group: explicit offsets, fetch.wait.max.ms=10, isolation read_committed.
/// One thread uses it. For the directory's copy, `hookswitch tail`, `hookswitch dlq list` and tests.
class TopicReader {
 public:
  /// Throws Unavailable when the broker does not answer within `patience`, or the topic does not exist.
  TopicReader(const TopicReaderOptions& options, std::chrono::milliseconds patience);
  ~TopicReader();
  TopicReader(const TopicReader&) = delete;
  TopicReader& operator=(const TopicReader&) = delete;

  [[nodiscard]] std::optional<events::InboundRecord> poll(std::chrono::milliseconds patience);
  /// True once everything that was in the topic when the reader started has been handed out.
  [[nodiscard]] bool at_start_end() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

struct TopicDeclaration {
  std::string name;
  std::int32_t partitions = 1;
  std::vector<std::pair<std::string, std::string>> config;  ///< retention.ms, cleanup.policy, …
};

/// Creates what is missing; leaves what exists as it is. Throws Unavailable or std::runtime_error naming the topic.
void create_topics(const std::string& brokers, const std::vector<TopicDeclaration>& topics,
                   int replication_factor, std::chrono::milliseconds patience);
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
