#pragma once
#include <hookswitch/messaging/ports.hpp>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace hookswitch::testkit {

/// What happens to the records that a producer has in flight when it asks for its reports. Nothing
/// behind a failure arrives, as with one request in flight (docs/decisions/0095).
struct Landing {
  std::size_t durable = 0;  ///< the first so many reach the topic and are reported
  bool rest_fails =
      false;  ///< all behind them are reported as failed, none of them is on the bus …
  bool first_in_doubt = false;   ///< … except perhaps the first of them: reported in doubt
  bool first_persisted = false;  ///< and it is on the bus
};

/// Kafka in memory: topics with partitions and offsets, consumer groups with generations, static
/// members, session time-outs and eager rebalances, producers with records in flight. Survives its
/// clients. One thread.
class FakeBus {
 public:
  explicit FakeBus(const Clock& clock) : clock_(clock) {}
  FakeBus(const FakeBus&) = delete;
  FakeBus& operator=(const FakeBus&) = delete;

  void create_topic(const std::string& topic, std::int32_t partitions);
  /// Onto the key's partition; its position.
  events::Position append(const events::OutboundRecord& record);
  [[nodiscard]] std::int32_t partition_of(const std::string& topic, const std::string& key) const;
  [[nodiscard]] const std::vector<events::OutboundRecord>& log(const std::string& topic,
                                                               std::int32_t partition) const;
  [[nodiscard]] std::int32_t partitions(const std::string& topic) const;

  /// A member; `id` is static: a new client under it takes the old one's place, which is fenced.
  [[nodiscard]] std::unique_ptr<messaging::BusConsumer> join(
      const std::string& group, const std::string& id, std::vector<std::string> topics,
      messaging::RebalanceListener& listener);
  [[nodiscard]] std::unique_ptr<messaging::BusProducer> producer();
  /// The group's partitions are dealt anew, as when a member comes or goes.
  void rebalance(const std::string& group);
  /// As the client's background thread does; a frozen process does not.
  void heartbeat(const std::string& group, const std::string& id);
  [[nodiscard]] std::int64_t committed(const std::string& group,
                                       const messaging::InputPartition& partition) const;
  /// Records that the group has not committed.
  [[nodiscard]] std::int64_t lag(const std::string& group) const;

  Milliseconds session_timeout{10'000};
  /// Asked when reports are taken; nothing: all are durable at once. `closing`: the process ends,
  /// what is in flight and was handed to the network may still arrive.
  std::function<Landing(std::size_t in_flight, bool closing)> landing;
  /// True: this offset commit gets lost.
  std::function<bool()> lose_commit;
  /// Called before an offset commit is taken.
  std::function<void(const messaging::NextOffset&)> committing;
  /// Which of so many partitions with records the next poll reads; nothing: in turn.
  std::function<std::size_t(std::size_t)> choose;
  std::size_t queue_max = 100'000;
  std::size_t message_bytes_max = std::size_t{4} * 1024 * 1024 + 65'536;

 private:
  friend class FakeConsumer;
  friend class FakeProducer;
  struct Member {
    std::uint64_t client = 0;  ///< which client speaks for this id
    std::vector<std::string> topics;
    TimePoint last_seen;
    std::uint64_t joined = 0;  ///< the generation it has joined
    std::vector<messaging::InputPartition> dealt;
  };
  struct Group {
    std::map<std::string, Member> members;
    std::uint64_t generation = 0;
    std::set<std::string> topics;
    bool dealt = false;  ///< all have joined `generation`
    std::map<messaging::InputPartition, std::int64_t> committed;
  };
  void deal(Group& group);
  void expire(Group& group);

  const Clock& clock_;
  std::map<std::string, std::vector<std::vector<events::OutboundRecord>>> topics_;
  std::map<std::string, std::vector<std::vector<TimePoint>>> arrivals_;  ///< of the same records
  std::map<std::string, Group> groups_;
  std::uint64_t clients_ = 0;
};

}  // namespace hookswitch::testkit
