#include "bus_conformance.hpp"
#include "store_conformance.hpp"

#include <hookswitch/messaging/kafka_ports.hpp>
#include <hookswitch/messaging/postgres_ports.hpp>
#include <hookswitch/postgres/migrations.hpp>
#include <hookswitch/testkit/real/environment.hpp>
#include <hookswitch/testkit/real/test_database.hpp>
#include <hookswitch/testkit/real/test_topics.hpp>

#include <catch2/catch.hpp>

#include <chrono>
#include <future>
#include <memory>
#include <vector>

namespace hookswitch::messaging {

namespace {

/// A schema with the runtime's tables, its inbox as 0001 makes it or as services have it by now.
struct RuntimeTables {
  explicit RuntimeTables(bool inbox_by_hash) {
    postgres::ConnectionOptions options;
    options.url = database.owner_url();
    postgres::Connection owner(options);
    std::vector migrations{runtime_tables_migration("call_processing", "call_processing_app")};
    if (inbox_by_hash) {
      migrations.push_back(
          {"0002_inbox_by_hash",
           "ALTER TABLE call_processing.inbox DROP CONSTRAINT inbox_pkey, ADD CONSTRAINT "
           "inbox_message_once EXCLUDE USING hash (message_id WITH =) WITH (fillfactor = 25)"});
    }
    CHECK(postgres::migrate(owner, "call_processing", migrations).size() == migrations.size());
  }
  [[nodiscard]] postgres::ConnectionOptions app() const {
    postgres::ConnectionOptions options;
    options.url = database.app_url();
    return options;
  }
  [[nodiscard]] std::unique_ptr<Store> connect() const {
    return make_postgres_store(app(), "call_processing",
                               [](postgres::Transaction&) { return nullptr; });
  }
  void wait_until_somebody_waits_for_a_lock() const {
    postgres::Connection watching(app());
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (postgres::execute_alone(watching,
                                   "SELECT count(*) FROM pg_stat_activity WHERE datname = "
                                   "current_database() AND wait_event_type = 'Lock'")
               .integer(0, 0) == 0) {
      REQUIRE(std::chrono::steady_clock::now() < deadline);
    }
  }

  testkit::TestDatabase database{"call_processing"};
};

}  // namespace

TEST_CASE("Postgres keeps what the worker relies on, under the app role") {
  const RuntimeTables tables(GENERATE(false, true));
  check_store([&] { return tables.connect(); });
}

TEST_CASE("A write that Postgres refuses is told by the rehearsal, and by the commit") {
  const RuntimeTables tables(true);
  struct Writing final : BatchHandler {
    explicit Writing(postgres::Transaction& to) : transaction(to) {}
    std::vector<Outcome> handle(std::span<const Delivery>, TimePoint) override {
      transaction.queue("INSERT INTO call_processing.inbox (message_id, outcome) VALUES ($1, 0)",
                        {std::nullopt});
      return {};
    }
    postgres::Transaction& transaction;
  };
  const auto store = make_postgres_store(
      tables.app(), "call_processing",
      [](postgres::Transaction& transaction) { return std::make_unique<Writing>(transaction); });
  for (const bool rehearsed : {true, false}) {
    const auto transaction = store->begin({});
    CHECK(transaction->admit(std::vector<InboxEntry>{{Uuid{{7}}}}) == std::vector{true});
    CHECK_NOTHROW(transaction->handle({}, TimePoint{}));
    const auto send = [&] { rehearsed ? transaction->rehearse() : void(transaction->commit()); };
    CHECK_THROWS_WITH(send(), "sqlstate 23502");
  }
  CHECK(store->begin({})->admit(std::vector<InboxEntry>{{Uuid{{7}}}}) == std::vector{true});
}

TEST_CASE("What a handler asks in time goes out with the inbox's question, and behind it") {
  const RuntimeTables tables(true);
  struct Asking final : BatchHandler {
    explicit Asking(postgres::Transaction& to) : transaction(to) {}
    void foresee(std::span<const events::Envelope* const> envelopes) override {
      for (const auto* envelope : envelopes) {
        asked.push_back(
            transaction.ask("SELECT outcome FROM call_processing.inbox WHERE message_id = $1::uuid",
                            {envelope->id.to_string()}));
      }
    }
    std::vector<Outcome> handle(std::span<const Delivery> deliveries, TimePoint) override {
      for (const auto& answer : asked) CHECK(answer.rows().size() == 1);
      return std::vector<Outcome>(deliveries.size() + asked.size(), Ignored{});
    }
    postgres::Transaction& transaction;
    std::vector<postgres::Asked> asked;
  };
  const auto store = make_postgres_store(
      tables.app(), "call_processing",
      [](postgres::Transaction& transaction) { return std::make_unique<Asking>(transaction); });
  events::Envelope first;
  first.id = Uuid{{7}};
  events::Envelope second;
  second.id = Uuid{{8}};
  const std::vector<const events::Envelope*> both{&first, &second};
  const std::vector<InboxEntry> entries{{first.id}, {second.id}};
  auto transaction = store->begin({});
  transaction->foresee(both);
  CHECK(transaction->admit(entries) == std::vector{true, true});
  CHECK(transaction->handle({}, {}).size() == 2);
  static_cast<void>(transaction->commit());

  transaction.reset();
  auto without = store->begin({});
  CHECK(without->admit(entries) == std::vector{false, false});
  CHECK(without->handle({}, {}).empty());
}

TEST_CASE("a replayed message that is being buried meanwhile is not passed over") {
  const RuntimeTables tables(GENERATE(false, true));
  const std::vector<InboxEntry> first{{Uuid{{7}}}};
  const std::vector<InboxEntry> replayed{{Uuid{{7}}, true}};
  const auto burying_store = tables.connect();
  auto burying = burying_store->begin({});
  CHECK(burying->admit(first) == std::vector{true});
  burying->mark_dead(std::vector{first[0].id});
  auto admitted = std::async(std::launch::async, [&] {
    const auto store = tables.connect();
    auto transaction = store->begin({});
    const auto flags = transaction->admit(replayed);
    transaction->commit();
    return flags;
  });
  tables.wait_until_somebody_waits_for_a_lock();
  burying->commit();
  CHECK(admitted.get() == std::vector{true});
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
