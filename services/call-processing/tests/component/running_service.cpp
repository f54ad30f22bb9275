#include "component/running_service.hpp"

#include <hookswitch/events/topics.hpp>
#include <hookswitch/kafka/admin.hpp>
#include <hookswitch/kafka/consumer.hpp>
#include <hookswitch/kafka/producer.hpp>
#include <hookswitch/testkit/real/environment.hpp>
#include <hookswitch/testkit/real/wait_until.hpp>

#include <stdexcept>

namespace hookswitch::call_processing::testing {
namespace {

using namespace std::chrono_literals;
constexpr auto patience = 30s;

const std::string webhooks(events::topics::webhooks_retell);
const std::string dead_letters = webhooks + ".call-processing.dlq";

void create_topics(const std::string& brokers) {
  const std::vector<std::pair<std::string, std::string>> config{{"max.message.bytes", "4259840"}};
  kafka::create_topics(brokers,
                       {{webhooks, 12, config},
                        {std::string(events::topics::calls), 12, config},
                        {webhooks + ".call-processing.retry", 1, config},
                        {dead_letters, 1, config}},
                       1, 15s);
}

/// Commits the topics' ends for a group that nobody is in yet.
void begin_at_the_ends(const std::string& brokers, const std::string& group) {
  const std::vector<std::string> topics{webhooks, webhooks + ".call-processing.retry"};
  std::vector<kafka::TopicPartitionOffset> ends;
  for (const auto& one : kafka::group_lag(brokers, group, topics, 10s)) {
    ends.push_back({one.topic, one.partition, one.end});
  }
  kafka::ConsumerOptions options;
  options.brokers = brokers;
  options.client_id = "call-processing-test";
  options.group = group;
  options.topics = topics;
  bool assigned = false;
  kafka::Consumer consumer(options,
                           {[&](const auto&) { assigned = true; }, [](const auto&, bool) {}});
  testkit::wait_until("the test's consumer has its partitions", patience, [&] {
    static_cast<void>(consumer.poll(10ms));
    return assigned;
  });
  consumer.commit_sync(ends);
}

}  // namespace

struct RunningService::Run {
  Run(const CallProcessingSettings& settings, RunningService& owner)
      : service(settings, {registry, owner.health, owner.shutdown_, owner.faults_, owner.clock_}) {}
  telemetry::Registry registry;
  CallProcessing service;
};

RunningService::RunningService() {
  settings_.service.kafka = testkit::test_kafka();
  settings_.postgres_url = database.app_url();
  settings_.postgres_owner_url = database.owner_url();
  settings_.group = testkit::unique_name("call-processing");
  const auto& brokers = settings_.service.kafka;
  create_topics(brokers);
  begin_at_the_ends(brokers, settings_.group);
  events_ = std::make_unique<TopicTail>(brokers, std::string(events::topics::calls));
  dead_letters_ = std::make_unique<TopicTail>(brokers, dead_letters);
  start();
}

RunningService::~RunningService() {
  if (run_) stop();
}

void RunningService::start() {
  run_ = std::make_unique<Run>(settings_, *this);
  for (const auto& part : run_->service.parts()) part.start();
  testkit::wait_until(
      "the service is ready", patience, [&] { return health.ready(); },
      [&] { return health.to_json(); });
}

void RunningService::stop() {
  for (const auto& part : run_->service.parts()) part.stop();
  run_.reset();
}

void RunningService::publish(const events::OutboundRecord& record) const {
  kafka::ProducerOptions options;
  options.brokers = settings_.service.kafka;
  options.client_id = "call-processing-test";
  bool durable = false;
  kafka::Producer producer(options, [&](std::uint64_t, kafka::Delivery delivery) {
    durable = delivery == kafka::Delivery::durable;
  });
  if (producer.produce(record, 1) != kafka::Enqueued::accepted || !producer.flush(15s) ||
      !durable) {
    throw std::runtime_error("the webhook did not reach Kafka");
  }
}

std::vector<Seen> RunningService::told(const std::string& call_id) {
  std::vector<Seen> own;
  for (const auto& seen : events_->all()) {
    if (seen.key == call_id) own.push_back(seen);
  }
  return own;
}

std::vector<std::string> RunningService::wait_for(const std::string& call_id, std::size_t count) {
  std::vector<std::string> types;
  testkit::wait_until(
      std::to_string(count) + " events of " + call_id, patience,
      [&] {
        types.clear();
        for (const auto& seen : told(call_id)) types.push_back(seen.type());
        return types.size() >= count;
      },
      [&] { return std::to_string(types.size()); });
  return types;
}

Seen RunningService::wait_for_dead_letter(const std::string& ce_id) {
  Seen letter;
  testkit::wait_until("the dead letter of " + ce_id, patience, [&] {
    for (const auto& seen : dead_letters_->all()) {
      const auto id = seen.headers.find("ce_id");
      if (id != seen.headers.end() && id->second == ce_id) {
        letter = seen;
        return true;
      }
    }
    return false;
  });
  return letter;
}

}  // namespace hookswitch::call_processing::testing
