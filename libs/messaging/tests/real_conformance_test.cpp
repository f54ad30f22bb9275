#include "bus_conformance.hpp"
#include "store_conformance.hpp"

#include <hookswitch/messaging/kafka_ports.hpp>
#include <hookswitch/messaging/postgres_ports.hpp>
#include <hookswitch/postgres/migrations.hpp>
#include <hookswitch/testkit/real/environment.hpp>
#include <hookswitch/testkit/real/test_database.hpp>
#include <hookswitch/testkit/real/test_topics.hpp>

#include <catch2/catch.hpp>

namespace hookswitch::messaging {

TEST_CASE("Postgres keeps what the worker relies on, under the app role") {
  testkit::TestDatabase database("call_processing");
  {
    postgres::ConnectionOptions options;
    options.url = database.owner_url();
    postgres::Connection owner(options);
    const std::vector migrations{
        runtime_tables_migration("call_processing", "call_processing_app")};
    CHECK(postgres::migrate(owner, "call_processing", migrations).size() == 1);
  }
  postgres::ConnectionOptions options;
  options.url = database.app_url();
  check_store([&] {
    return make_postgres_store(options, "call_processing",
                               [](postgres::Transaction&) { return nullptr; });
  });
}

TEST_CASE("Kafka keeps what the worker relies on, with a producer on demand as well") {
  const auto make = GENERATE(&make_kafka_producer, &make_kafka_producer_on_demand);
  testkit::TestTopics topics;
  const auto topic = topics.create("conformance", 2);
  const auto group = testkit::unique_name("conformance");
  kafka::ProducerOptions producer;
  producer.brokers = topics.brokers();
  producer.client_id = "conformance";
  check_bus({.topic = topic,
             .producer = [&] { return make(producer); },
             .join =
                 [&](const std::string& id, RebalanceListener& listener) {
                   kafka::ConsumerOptions options;
                   options.brokers = topics.brokers();
                   options.client_id = id;
                   options.group = group;
                   options.group_instance = id;
                   options.topics = {topic};
                   return make_kafka_consumer(options, listener);
                 },
             .pass_time = [] {}});
}

}  // namespace hookswitch::messaging
