#pragma once
#include "component/topic_tail.hpp"
#include "composition.hpp"

#include <hookswitch/core/time.hpp>
#include <hookswitch/events/record.hpp>
#include <hookswitch/runtime/service.hpp>
#include <hookswitch/testkit/real/test_database.hpp>

#include <memory>
#include <string>
#include <vector>

namespace hookswitch::call_processing::testing {

/// The whole service in this process, on the shared Kafka and a database of its own, in a consumer
/// group of its own that begins at the topics' ends: others have left their webhooks there.
class RunningService {
 public:
  RunningService();
  ~RunningService();
  RunningService(const RunningService&) = delete;
  RunningService& operator=(const RunningService&) = delete;

  void stop();
  void start();
  /// Puts a webhook on its topic, as ingress would; waits for the broker.
  void publish(const events::OutboundRecord& record) const;
  /// What has come out for a call so far, in order.
  [[nodiscard]] std::vector<Seen> told(const std::string& call_id);
  /// Waits until there are `count` events for the call at least; their types.
  [[nodiscard]] std::vector<std::string> wait_for(const std::string& call_id, std::size_t count);
  /// Waits for the dead letter of a webhook.
  [[nodiscard]] Seen wait_for_dead_letter(const std::string& ce_id);

  testkit::TestDatabase database;
  runtime::Health health;

 private:
  struct Run;
  CallProcessingSettings settings_;
  NoFaults faults_;
  SystemClock clock_;
  runtime::Shutdown shutdown_;
  std::unique_ptr<TopicTail> events_;
  std::unique_ptr<TopicTail> dead_letters_;
  std::unique_ptr<Run> run_;
};

}  // namespace hookswitch::call_processing::testing
