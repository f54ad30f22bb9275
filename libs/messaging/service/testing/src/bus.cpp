#include <hookswitch/kafka/admin.hpp>
#include <hookswitch/kafka/consumer.hpp>
#include <hookswitch/kafka/producer.hpp>
#include <hookswitch/messaging/testing/bus.hpp>
#include <hookswitch/testkit/real/wait_until.hpp>

#include <atomic>
#include <stdexcept>

namespace hookswitch::messaging::testing {
namespace {

using namespace std::chrono_literals;
constexpr auto patience = 30s;
constexpr auto client = "hookswitch-test";

}  // namespace

void begin_at_the_ends(const std::string& brokers, const std::string& group,
                       const std::vector<std::string>& topics) {
  kafka::ConsumerOptions options;
  options.brokers = brokers;
  options.client_id = client;
  options.group = group;
  options.topics = topics;
  std::vector<kafka::TopicPartitionOffset> ends;
  for (const auto& one : kafka::group_lag(brokers, group, topics, 10s)) {
    ends.push_back({one.topic, one.partition, one.end});
  }
  bool assigned = false;
  kafka::Consumer consumer(options,
                           {[&](const auto&) { assigned = true; }, [](const auto&, bool) {}});
  testkit::wait_until("the test's consumer has its partitions", patience, [&] {
    static_cast<void>(consumer.poll(10ms));
    return assigned;
  });
  consumer.commit_sync(ends);
}

void put_on_bus(const std::string& brokers, const std::vector<events::OutboundRecord>& records) {
  kafka::ProducerOptions options;
  options.brokers = brokers;
  options.client_id = client;
  std::atomic<std::size_t> durable = 0;
  kafka::Producer producer(options, [&](std::uint64_t, kafka::Delivery delivery) {
    if (delivery == kafka::Delivery::durable) ++durable;
  });
  for (const auto& record : records) {
    testkit::wait_until("the producer takes the record", patience,
                        [&] { return producer.produce(record, 1) == kafka::Enqueued::accepted; });
  }
  if (!producer.flush(15s) || durable != records.size()) {
    throw std::runtime_error("a record did not reach Kafka");
  }
}

}  // namespace hookswitch::messaging::testing
