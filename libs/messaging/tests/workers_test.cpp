#include <hookswitch/kafka/admin.hpp>
#include <hookswitch/kafka/consumer.hpp>
#include <hookswitch/kafka/producer.hpp>
#include <hookswitch/messaging/postgres_store.hpp>
#include <hookswitch/testkit/real/environment.hpp>
#include <hookswitch/testkit/real/test_database.hpp>
#include <hookswitch/testkit/real/test_topics.hpp>
#include <hookswitch/testkit/real/wait_until.hpp>

#include <catch2/catch.hpp>

#include <map>
#include <set>

namespace hookswitch::messaging {
namespace {

using std::chrono_literals::operator""s;

/// A counter a key in a table, row locked; emits the count. "refused" and "throws" are what they
/// say.
class CountingHandler final : public BatchHandler {
 public:
  CountingHandler(postgres::Transaction& transaction, std::string out)
      : transaction_(transaction), out_(std::move(out)) {}
  std::vector<Outcome> handle(std::span<const Delivery> deliveries, TimePoint) override {
    std::vector<Outcome> outcomes;
    for (const auto& delivery : deliveries) {
      if (delivery.record->value == "throws") throw std::out_of_range("value");
      if (delivery.record->value == "refused") {
        outcomes.emplace_back(Refused{{"impossible", "/kind", "no"}});
        continue;
      }
      const std::string key(delivery.record->key);
      const auto rows = transaction_.execute(
          "INSERT INTO call_processing.counter AS had VALUES ($1::text, 1) ON CONFLICT (key) DO "
          "UPDATE SET count = had.count + 1 RETURNING count",
          {key});
      outcomes.emplace_back(Handled{{{out_, key, std::string(rows.text(0, 0)), {}}}});
    }
    return outcomes;
  }

 private:
  postgres::Transaction& transaction_;
  std::string out_;
};

struct Stage {
  testkit::TestTopics topics;
  testkit::TestDatabase database{"call_processing"};
  std::string raw = testkit::unique_name("raw");
  std::string out;
  std::string group = testkit::unique_name("workers");
  SystemClock clock;
  NoFaults faults;

  Stage() {
    topics.create_named(raw, 4);
    topics.create_named(raw + ".test.retry");
    topics.create_named(raw + ".test.dlq");
    out = topics.create("out", 4);
    postgres::ConnectionOptions options;
    options.url = database.owner_url();
    postgres::Connection owner(options);
    const std::vector migrations{
        runtime_tables_migration("call_processing", "call_processing_app"),
        postgres::Migration{
            "0002_counter",
            "CREATE TABLE call_processing.counter (key text PRIMARY KEY, count bigint "
            "NOT NULL); GRANT ALL ON call_processing.counter TO call_processing_app"}};
    postgres::migrate(owner, "call_processing", migrations);
  }

  [[nodiscard]] std::unique_ptr<ConsumerWorkers> workers(telemetry::Registry& registry,
                                                         std::size_t count,
                                                         const std::string& instance = "0") {
    ConsumerWorkersOptions options;
    options.worker.service = "test";
    options.worker.instance = instance;
    options.worker.leaves_group = true;
    options.worker.build = "test";
    options.worker.topics = {raw};
    options.worker.batch_messages = 50;
    options.workers = count;
    options.brokers = topics.brokers();
    options.group = group;
    options.postgres.url = database.app_url();
    options.schema = "call_processing";
    return std::make_unique<ConsumerWorkers>(
        options,
        [this](postgres::Transaction& transaction) {
          return std::make_unique<CountingHandler>(transaction, out);
        },
        clock, faults, registry, WorkerEvents{});
  }

  void publish(const std::vector<events::OutboundRecord>& records) {
    kafka::ProducerOptions options;
    options.brokers = topics.brokers();
    options.client_id = "test";
    kafka::Producer producer(options, [](std::uint64_t, kafka::Delivery) {});
    for (const auto& record : records)
      REQUIRE(producer.produce(record, 0) == kafka::Enqueued::accepted);
    REQUIRE(producer.flush(20s));
  }

  [[nodiscard]] events::OutboundRecord message(int number, const std::string& kind) const {
    Uuid id;
    id.bytes[0] = static_cast<std::uint8_t>(number % 256);
    id.bytes[1] = static_cast<std::uint8_t>(number / 256);
    const auto key = "key" + std::to_string(number % 7);
    return {raw,
            key,
            kind,
            {{"ce_specversion", "1.0"},
             {"ce_id", id.to_string()},
             {"ce_source", "test"},
             {"ce_type", "test.Message"},
             {"ce_time", "2026-11-23T08:00:00Z"},
             {"ce_subject", key},
             {"content-type", "application/json"},
             {"ce_tenantid", "lindenhof"}}};
  }

  /// Everything on a topic so far, the first appearance of each value of a key, in order.
  std::map<std::string, std::vector<std::string>> first_seen(const std::string& topic) {
    kafka::ConsumerOptions options;
    options.brokers = topics.brokers();
    options.client_id = "reader";
    options.group = testkit::unique_name("reader");
    options.topics = {topic};
    kafka::Consumer consumer(options, {[](const auto&) {}, [](const auto&, bool) {}});
    std::map<std::string, std::vector<std::string>> seen;
    std::int64_t total = 0;
    for (const auto& lag : kafka::group_lag(topics.brokers(), options.group, {topic}, 10s))
      total += lag.end;
    std::int64_t read = 0;
    testkit::wait_until(
        "all records are read", 20s,
        [&] {
          while (read < total) {
            const auto record = consumer.poll(std::chrono::milliseconds{200});
            if (!record) return false;
            ++read;
            auto& values = seen[std::string(record->key)];
            const std::string value(*record->value);
            if (std::find(values.begin(), values.end(), value) == values.end())
              values.push_back(value);
          }
          return true;
        },
        [&] { return std::to_string(read) + " of " + std::to_string(total); });
    return seen;
  }

  [[nodiscard]] std::string state(const std::string& sql) const {
    postgres::ConnectionOptions options;
    options.url = database.superuser_url();
    postgres::Connection connection(options);
    return std::string(postgres::execute_alone(connection, sql).text(0, 0));
  }

  /// Nothing waits: no lag, no outbox row.
  void wait_for_rest() {
    testkit::wait_until(
        "no lag and no outbox row", 60s,
        [&] {
          for (const auto& lag :
               kafka::group_lag(topics.brokers(), group, {raw, raw + ".test.retry"}, 10s)) {
            if (lag.end > 0 && lag.committed < lag.end) return false;
          }
          return state("SELECT count(*) FROM call_processing.outbox") == "0";
        },
        [&] { return state("SELECT count(*) || ' outbox rows' FROM call_processing.outbox"); });
  }
};

}  // namespace

TEST_CASE(
    "two workers handle every message once, publish every event in order, and park the poison") {
  Stage stage;
  telemetry::Registry registry;
  std::vector<events::OutboundRecord> records;
  for (int i = 0; i < 400; ++i) records.push_back(stage.message(i, "good"));
  records.push_back(stage.message(1000, "refused"));
  records.push_back(stage.message(1001, "throws"));
  records.push_back({stage.raw, "key1", "no envelope", {}});
  for (int i = 0; i < 100; ++i) records.push_back(stage.message(i, "good"));
  stage.publish(records);

  auto workers = stage.workers(registry, 2);
  workers->start();
  stage.wait_for_rest();
  CHECK(stage.state("SELECT sum(count) FROM call_processing.counter") == "400");
  for (const auto& [key, values] : stage.first_seen(stage.out)) {
    INFO(key);
    for (std::size_t i = 0; i < values.size(); ++i) CHECK(values[i] == std::to_string(i + 1));
  }
  std::set<std::string> dead;
  for (const auto& [key, values] : stage.first_seen(stage.raw + ".test.dlq"))
    dead.insert(values.begin(), values.end());
  CHECK(dead == std::set<std::string>{"refused", "throws", "no envelope"});

  auto mended = stage.message(1001, "good");
  mended.topic = stage.raw + ".test.retry";
  mended.headers.add("dlq_partition", "3");
  mended.headers.add("dlq_offset", "0");
  stage.publish({mended, mended});
  stage.wait_for_rest();
  CHECK(stage.state("SELECT sum(count) FROM call_processing.counter") == "401");

  workers->stop();
  CHECK(stage.state("SELECT bool_and(clean)::text FROM call_processing.consumer_run") == "true");
  CHECK(stage.state("SELECT count(*) FROM call_processing.attempt") == "0");
}

TEST_CASE("of several replicas, one that stops has the others do its work at once") {
  Stage stage;
  telemetry::Registry registry;
  const auto stays = stage.workers(registry, 1);
  const auto goes = stage.workers(registry, 3, "1");
  stays->start();
  goes->start();
  std::vector<events::OutboundRecord> records;
  for (int i = 0; i < 200; ++i) records.push_back(stage.message(i, "good"));
  stage.publish(records);
  stage.wait_for_rest();
  goes->stop();
  const auto stopped = std::chrono::steady_clock::now();
  records.clear();
  for (int i = 200; i < 400; ++i) records.push_back(stage.message(i, "good"));
  stage.publish(records);
  stage.wait_for_rest();
  CHECK(std::chrono::steady_clock::now() - stopped < 6s);  // 3 are promised; a session lasts 10
  CHECK(stage.state("SELECT sum(count) FROM call_processing.counter") == "400");
}

TEST_CASE("rows that a dead worker left are published by the next one") {
  Stage stage;
  telemetry::Registry registry;
  postgres::ConnectionOptions options;
  options.url = stage.database.superuser_url();
  postgres::Connection connection(options);
  postgres::execute_alone(
      connection,
      "INSERT INTO call_processing.outbox (input_topic, input_partition, topic, key, "
      "value, headers) VALUES ('" +
          stage.raw + "', 2, '" + stage.out + "', 'k', 'left', '')");
  auto workers = stage.workers(registry, 1);
  workers->start();
  stage.wait_for_rest();
  workers->stop();
  CHECK(stage.first_seen(stage.out)["k"] == std::vector<std::string>{"left"});
}

}  // namespace hookswitch::messaging
