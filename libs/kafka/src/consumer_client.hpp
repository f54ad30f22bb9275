#pragma once
#include "rdkafka.hpp"

#include <hookswitch/events/record.hpp>
#include <hookswitch/kafka/consumer.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hookswitch::kafka {

/// A librdkafka consumer. Shared by its owner and by every record read from it that still lives: a
/// message that outlives its client hangs rd_kafka_destroy for ever (librdkafka #3143), so the last
/// of them destroys the client.
class ConsumerClient {
 public:
  explicit ConsumerClient(rd_kafka_t* client);
  /// Bounded: a client that hangs in its own destruction is left to a thread of its own.
  ~ConsumerClient();
  ConsumerClient(const ConsumerClient&) = delete;
  ConsumerClient& operator=(const ConsumerClient&) = delete;

  [[nodiscard]] rd_kafka_t* get() const { return client_; }
  /// Empty: no member of the group, as far as the client knows.
  [[nodiscard]] std::string member_id() const;
  /// Ends the membership, serving the last rebalance; false when that took longer than `patience`.
  /// Of a static member the group is told nothing.
  bool close(std::chrono::milliseconds patience);

 private:
  rd_kafka_t* client_;
};

/// What every consumer of ours sets: no automatic offsets, sizes that let the largest message
/// through, bounded memory.
[[nodiscard]] Configuration consumer_configuration(const std::string& brokers,
                                                   const std::string& client_id,
                                                   std::size_t message_bytes_max);

/// Keeps librdkafka fetching while its queue is being emptied. 2.0.2 looks only once a second
/// whether a queue that was full has room again (#2879), unless the thread of the partitions'
/// broker is given something to do. So whoever takes messages without a pause asks it, for each
/// half of a queue, for what costs least. From 2.2 on there is a setting for it, and nothing is
/// asked.
class FetchWaker {
 public:
  /// A message of so many bytes was taken from the queue of these partitions. Does not wait.
  void took(rd_kafka_t* client, std::size_t bytes,
            const std::function<PartitionList()>& partitions);
  /// Nothing was there to be taken.
  void rest();

 private:
  std::size_t messages_ = 0;
  std::size_t bytes_ = 0;
};

/// The message as a record that keeps it alive.
[[nodiscard]] events::InboundRecord record_of(Message message,
                                              std::shared_ptr<ConsumerClient> client);

[[nodiscard]] PartitionList partition_list(const std::vector<TopicPartition>& partitions);
[[nodiscard]] PartitionList partition_list(const std::vector<TopicPartitionOffset>& offsets);

/// Waits for `topic` to be described. Throws Unavailable naming what is missing.
[[nodiscard]] int partition_count(rd_kafka_t* client, const std::string& topic,
                                  std::chrono::steady_clock::time_point deadline);
enum class Edge : std::int64_t {
  beginning = RD_KAFKA_OFFSET_BEGINNING,
  end = RD_KAFKA_OFFSET_END,  ///< with read_committed: the last stable offset
};
/// Asks the leaders where the partitions begin or end; gives them in the order asked for. Throws
/// Unavailable, at the deadline also when a broker is silent.
[[nodiscard]] std::vector<TopicPartitionOffset> query_offsets(
    rd_kafka_t* client, const std::vector<TopicPartition>& partitions, Edge edge,
    std::chrono::steady_clock::time_point deadline);

}  // namespace hookswitch::kafka
