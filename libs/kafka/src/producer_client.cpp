#include "producer_client.hpp"

namespace hookswitch::kafka {

namespace {

/// A batch's own frame (61 bytes) and the record's, which librdkafka 2.0.2 does not count: without
/// this the broker would refuse what the producer accepted.
constexpr std::size_t batch_frame_bytes = 128;

rd_kafka_t* make_client(const ProducerOptions& options) {
  Configuration configuration(options.brokers, options.client_id);
  configuration.set("enable.idempotence", std::string("true"))
      .set("acks", std::string("all"))
      .set("partitioner",
           std::string("murmur2_random"))  // as Java's: any client agrees on a key's partition
      .set("linger.ms", options.linger)
      .set("message.timeout.ms", options.message_timeout)
      .set("queue.buffering.max.messages", options.queue_messages_max)
      .set("queue.buffering.max.kbytes", options.queue_kilobytes_max)
      .set("message.max.bytes", options.message_bytes_max - batch_frame_bytes)
      .set("max.in.flight.requests.per.connection", options.requests_in_flight_max)
      .set("compression.type", options.compression);
  // Delivery reports come as events, many in one.
  rd_kafka_conf_set_events(configuration.get(), RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR);
  return configuration.create(RD_KAFKA_PRODUCER);
}

}  // namespace

ProducerClient::ProducerClient(const ProducerOptions& options)
    : client_(make_client(options)), events_(rd_kafka_queue_get_main(client_.get())) {}

void ProducerClient::wake_on_events(const std::function<void()>* wake) {
  if (wake == nullptr) {
    rd_kafka_queue_cb_event_enable(events_.get(), nullptr, nullptr);
    return;
  }
  rd_kafka_queue_cb_event_enable(
      events_.get(),
      [](rd_kafka_t*, void* given) { (*static_cast<const std::function<void()>*>(given))(); },
      const_cast<std::function<void()>*>(wake));
}

rd_kafka_topic_t* ProducerClient::find_topic(std::string_view name) const {
  for (const auto& [known, topic] : topics_) {
    if (known == name) return topic.get();
  }
  return nullptr;
}

rd_kafka_topic_t* ProducerClient::add_topic(std::string_view name) {
  if (rd_kafka_topic_t* known = find_topic(name)) return known;
  std::string text(name);
  Topic topic(rd_kafka_topic_new(client_.get(), text.c_str(), nullptr));
  if (!topic) return nullptr;
  return topics_.emplace_back(std::move(text), std::move(topic)).second.get();
}

}  // namespace hookswitch::kafka
