#pragma once
#include <hookswitch/core/time.hpp>
#include <hookswitch/events/record.hpp>
#include <hookswitch/messaging/consumer_service.hpp>
#include <hookswitch/runtime/service.hpp>
#include <hookswitch/testkit/real/test_database.hpp>
#include <hookswitch/testkit/real/topic_tail.hpp>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace hookswitch::messaging::testing {

/// A whole consumer service in this process, on the shared Kafka and a database of its own, in a
/// consumer group of its own that begins at the topics' ends: others have left their records there.
/// The topics have their real names, so tests with one of these must not run beside each other.
class RunningConsumer {
 public:
  /// `output`: the topic that the service's events go to. Starts it and waits until it is ready.
  RunningConsumer(ConsumerDefinition definition, const std::string& output);
  ~RunningConsumer();
  RunningConsumer(const RunningConsumer&) = delete;
  RunningConsumer& operator=(const RunningConsumer&) = delete;

  void stop();
  void start();
  /// Puts a record on its topic, as its producer would; waits for the broker.
  void publish(const events::OutboundRecord& record) const;
  /// What has come out under a key so far, in order.
  [[nodiscard]] std::vector<testkit::Seen> told(const std::string& key);
  /// Waits until there are `count` events under the key at least; their types.
  [[nodiscard]] std::vector<std::string> wait_for(const std::string& key, std::size_t count);
  /// Waits for the dead letter of a record of any of the service's topics.
  [[nodiscard]] testkit::Seen wait_for_dead_letter(const std::string& ce_id);

  testkit::TestDatabase database;
  runtime::Health health;

 private:
  struct Run;
  void make_topics(const std::string& output) const;
  void begin_at_the_ends() const;

  const ConsumerDefinition definition_;
  ConsumerSettings settings_;
  const std::string group_;
  NoFaults faults_;
  SystemClock clock_;
  runtime::Shutdown shutdown_;
  std::unique_ptr<testkit::TopicTail> events_;
  std::vector<std::unique_ptr<testkit::TopicTail>> dead_letters_;
  std::unique_ptr<Run> run_;
};

}  // namespace hookswitch::messaging::testing
