#pragma once
#include <hookswitch/events/record.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace hookswitch::kafka {

/// Kafka is away or refuses in a way that may pass: pause and try again.
class Unavailable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
/// The consumer cannot go on (its group.instance.id is taken by another, a fatal error): the
/// process ends.
class Fatal : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct TopicPartition {
  std::string topic;
  std::int32_t partition = 0;
  friend auto operator<=>(const TopicPartition&, const TopicPartition&) = default;
};
struct TopicPartitionOffset {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  friend auto operator<=>(const TopicPartitionOffset&, const TopicPartitionOffset&) = default;
};

struct ConsumerOptions {
  std::string brokers;
  std::string client_id;
  std::string group;
  std::string group_instance;  ///< static membership; empty: dynamic
  std::vector<std::string> topics;
  std::size_t message_bytes_max = std::size_t{4} * 1024 * 1024 + 65'536;
};

/// A member of a consumer group: eager range assignor, static membership, session timeout 10 s,
/// earliest, no automatic commits. One thread uses it (the callbacks run inside poll()).
/// consumer_poll only, never the batch API (librdkafka #4208).
class Consumer {
 public:
  /// Called inside poll() when partitions have come or are about to go (before they are given up).
  /// In turns, also for a member that got none: each `assigned` is taken back by one `revoked`,
  /// inside the destructor at the latest (there not for partitions whose broker is silent).
  struct Rebalance {
    std::function<void(const std::vector<TopicPartition>&)> assigned;
    std::function<void(const std::vector<TopicPartition>&, bool lost)> revoked;
  };

  Consumer(const ConsumerOptions& options, Rebalance rebalance);
  /// Hands its partitions back unless it was lost; never hangs for longer than 5 s. A static member
  /// keeps its place in the group, for itself or for its successor, until the session has run out.
  ~Consumer();
  Consumer(const Consumer&) = delete;
  Consumer& operator=(const Consumer&) = delete;

  /// One record, or nothing within `patience` (0: only what is already there). Throws Fatal.
  [[nodiscard]] std::optional<events::InboundRecord> poll(std::chrono::milliseconds patience);
  /// Commits "next offset to read" positions, without waiting. Errors are logged; the next commit
  /// covers them.
  void commit_async(const std::vector<TopicPartitionOffset>& next);
  /// The same, waiting. Throws Unavailable.
  void commit_sync(const std::vector<TopicPartitionOffset>& next);
  /// Tells the group that this member goes for good: its partitions are dealt to the others at
  /// once, not when its session has run out. A successor of its name keeps its place. Nothing but
  /// the destructor may follow. Done at once as a rule, after 3 s at most (the group is being dealt
  /// anew). Does not throw: who could not tell is missed when its session has run out.
  void leave();
  void pause(const std::vector<TopicPartition>& partitions);
  void resume(const std::vector<TopicPartition>& partitions);
  [[nodiscard]] std::vector<TopicPartition> assignment() const;
  /// High watermark minus position for each assigned partition, from what librdkafka knows (no
  /// request).
  [[nodiscard]] std::vector<TopicPartitionOffset> lag() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hookswitch::kafka
