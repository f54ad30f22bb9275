#pragma once
#include <hookswitch/kafka/consumer.hpp>
#include <hookswitch/kafka/producer.hpp>
#include <hookswitch/messaging/ports.hpp>

#include <memory>
#include <string>
#include <vector>

namespace hookswitch::messaging {

/// The bus ports on librdkafka. `listener` is called inside poll() (and by the destructor) and
/// outlives the consumer.
[[nodiscard]] std::unique_ptr<BusConsumer> make_kafka_consumer(
    const kafka::ConsumerOptions& options, RebalanceListener& listener);
[[nodiscard]] std::unique_ptr<BusProducer> make_kafka_producer(kafka::ProducerOptions options);
/// As make_kafka_producer(), but joins Kafka with the first record; until then it calls Kafka
/// reachable. For who hardly ever produces: an idle librdkafka client takes a tenth of a percent of
/// a core (docs/decisions/0057).
[[nodiscard]] std::unique_ptr<BusProducer> make_kafka_producer_on_demand(
    kafka::ProducerOptions options);

}  // namespace hookswitch::messaging
