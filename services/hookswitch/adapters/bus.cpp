#include "bus.hpp"

#include <hookswitch/kafka/producer.hpp>
#include <hookswitch/kafka/topic_reader.hpp>

#include <chrono>

namespace hookswitch::cli {
namespace {

constexpr std::chrono::seconds patience{10};
constexpr auto client = "hookswitch-cli";

}  // namespace

void read_whole_topic(const std::string& brokers, const std::string& topic,
                      const std::function<void(const events::InboundRecord&)>& take) {
  kafka::TopicReaderOptions options;
  options.brokers = brokers;
  options.client_id = client;
  options.topic = topic;
  kafka::TopicReader reader(options, patience);
  auto silent_since = std::chrono::steady_clock::now();
  while (!reader.at_start_end()) {
    if (const auto record = reader.poll(std::chrono::milliseconds{100})) {
      take(*record);
      silent_since = std::chrono::steady_clock::now();
    } else if (std::chrono::steady_clock::now() - silent_since > patience) {
      throw kafka::Unavailable(topic + " cannot be read to its end: the broker is silent");
    }
  }
}

std::vector<bool> write_records(const std::string& brokers,
                                const std::vector<events::OutboundRecord>& records) {
  std::vector<kafka::Delivery> deliveries(records.size(), kafka::Delivery::not_sent);
  kafka::ProducerOptions options;
  options.brokers = brokers;
  options.client_id = client;
  options.message_timeout = patience;
  // Reports come on the producer's thread; each has its own slot, read after flush().
  kafka::Producer producer(options, [&deliveries](std::uint64_t token, kafka::Delivery delivery) {
    deliveries[token] = delivery;
  });
  for (std::size_t index = 0; index < records.size(); ++index) {
    auto enqueued = producer.produce(records[index], index);
    if (enqueued == kafka::Enqueued::queue_full) {
      if (!producer.flush(patience)) break;
      enqueued = producer.produce(records[index], index);
    }
    if (enqueued != kafka::Enqueued::accepted) {
      throw kafka::Unavailable("a record for " + records[index].topic + " cannot be queued");
    }
  }
  if (!producer.flush(patience * 2)) {
    throw kafka::Unavailable("the broker does not confirm what was written");
  }
  std::vector<bool> durable;
  for (const auto delivery : deliveries) durable.push_back(delivery == kafka::Delivery::durable);
  return durable;
}

std::int64_t end_of(const std::string& brokers, const std::string& topic) {
  const auto ends = kafka::group_lag(brokers, client, {topic}, patience);
  if (ends.size() != 1) throw kafka::Unavailable(topic + " should have one partition");
  return ends.front().end;
}

}  // namespace hookswitch::cli
