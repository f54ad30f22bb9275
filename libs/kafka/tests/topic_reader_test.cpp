#include "consumer_client.hpp"
#include "fixtures.hpp"

#include <hookswitch/testkit/real/test_gate.hpp>

#include <catch2/catch.hpp>
#include <librdkafka/rdkafka.h>

#include <array>
#include <memory>

namespace hookswitch::kafka {
namespace {

using Clock = std::chrono::steady_clock;

TEST_CASE("An empty topic is at its end from the start") {
  testkit::TestTopics topics;
  const auto topic = topics.create("empty", 3);
  TopicReader reader({topics.brokers(), "kafka-test", topic}, seconds(10));
  CHECK(reader.at_start_end());
  CHECK(reader.poll(milliseconds(50)) == std::nullopt);
}

TEST_CASE("A reader gives what is there, says that it has, and goes on with what comes") {
  testkit::TestTopics topics;
  const auto topic = topics.create("reader", 3);
  Sender sender(topics.brokers());
  for (int i = 0; i < 30; ++i)
    REQUIRE(sender.producer().produce(record_for(topic, std::to_string(i), "old"),
                                      static_cast<std::uint64_t>(i)) == Enqueued::accepted);
  REQUIRE(sender.producer().flush(seconds(20)));

  TopicReader reader({topics.brokers(), "kafka-test", topic}, seconds(10));
  CHECK_FALSE(reader.at_start_end());
  std::set<std::string> keys;
  testkit::wait_until("the start's end", seconds(20), [&] {
    if (const auto record = reader.poll(milliseconds(50))) keys.emplace(record->key);
    return reader.at_start_end();
  });
  CHECK(keys.size() == 30);
  REQUIRE(sender.send(record_for(topic, "k", "new")) == Delivery::durable);
  std::string value;
  testkit::wait_until("the new record", seconds(20), [&] {
    if (const auto record = reader.poll(milliseconds(50))) value = *record->value;
    return !value.empty();
  });
  CHECK(value == "new");
}

TEST_CASE("A reader from the end gives only what comes") {
  testkit::TestTopics topics;
  const auto topic = topics.create("tail");
  Sender sender(topics.brokers());
  REQUIRE(sender.send(record_for(topic, "k", "old")) == Delivery::durable);
  TopicReaderOptions options{topics.brokers(), "kafka-test", topic};
  options.from_beginning = false;
  TopicReader reader(options, seconds(10));
  CHECK(reader.at_start_end());
  REQUIRE(sender.send(record_for(topic, "k", "new")) == Delivery::durable);
  std::optional<events::InboundRecord> record;
  testkit::wait_until("a record", seconds(20),
                      [&] { return (record = reader.poll(milliseconds(50))).has_value(); });
  CHECK(record->value == "new");
}

TEST_CASE("A compacted topic gives the last state of each key, tombstones too") {
  testkit::TestTopics topics;
  const auto topic = topics.create("compacted", 1,
                                   {{"cleanup.policy", "compact"},
                                    {"segment.ms", "100"},
                                    {"min.cleanable.dirty.ratio", "0.01"},
                                    {"delete.retention.ms", "100"},
                                    {"min.compaction.lag.ms", "0"}});
  Sender sender(topics.brokers());
  for (int i = 0; i < 50; ++i)
    REQUIRE(sender.send(record_for(topic, "number/" + std::to_string(i % 2), std::to_string(i))) ==
            Delivery::durable);
  REQUIRE(sender.send({topic, "number/1", std::nullopt, {}}) == Delivery::durable);
  std::map<std::string, std::string> state;
  for (const auto& record : read_all(topics.brokers(), topic)) {
    if (record.value) {
      state[std::string(record.key)] = *record.value;
    } else {
      state.erase(std::string(record.key));
    }
  }
  CHECK(state == std::map<std::string, std::string>{{"number/0", "48"}});
}

/// One record in a transaction: its commit marker takes the topic's last offset, and nobody ever
/// reads it.
void send_in_transaction(const std::string& brokers, const std::string& topic) {
  std::array<char, 256> reason{};
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  rd_kafka_conf_set(conf, "bootstrap.servers", brokers.c_str(), reason.data(), reason.size());
  rd_kafka_conf_set(conf, "transactional.id", topic.c_str(), reason.data(), reason.size());
  const std::unique_ptr<rd_kafka_t, void (*)(rd_kafka_t*)> client(
      rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason.data(), reason.size()), &rd_kafka_destroy);
  REQUIRE(client != nullptr);
  constexpr int patience_ms = 30'000;
  REQUIRE(rd_kafka_init_transactions(client.get(), patience_ms) == nullptr);
  REQUIRE(rd_kafka_begin_transaction(client.get()) == nullptr);
  std::array<rd_kafka_vu_t, 2> fields{};
  fields[0].vtype = RD_KAFKA_VTYPE_TOPIC;
  fields[0].u.cstr = topic.c_str();
  fields[1].vtype = RD_KAFKA_VTYPE_VALUE;
  fields[1].u.mem.ptr = const_cast<char*>("v");
  fields[1].u.mem.size = 1;
  REQUIRE(rd_kafka_produceva(client.get(), fields.data(), fields.size()) == nullptr);
  REQUIRE(rd_kafka_commit_transaction(client.get(), patience_ms) == nullptr);
}

TEST_CASE("A topic whose last offset holds no record is read to its end all the same") {
  testkit::TestTopics topics;
  const auto topic = topics.create("hole");
  send_in_transaction(topics.brokers(), topic);
  testkit::wait_until("the commit marker", seconds(20), [&] {
    return group_lag(topics.brokers(), "hole", {topic}, seconds(10)).at(0).end == 2;
  });
  TopicReader reader({topics.brokers(), "kafka-test", topic}, seconds(10));
  int records = 0;
  testkit::wait_until("the start's end", seconds(20), [&] {
    if (reader.poll(milliseconds(50))) ++records;
    return reader.at_start_end();
  });
  CHECK(records == 1);
}

TEST_CASE("The directory is read within the time that a start may take") {
  testkit::TestTopics topics;
  const auto topic = topics.create("directory", 1, {{"cleanup.policy", "compact"}});
  Sender sender(topics.brokers());
  for (int i = 0; i < 5'000; ++i)
    REQUIRE(sender.producer().produce(
                record_for(topic, "number/" + std::to_string(i), std::string(200, 'x')), 1) ==
            Enqueued::accepted);
  REQUIRE(sender.producer().flush(seconds(30)));
  (void)read_all(topics.brokers(), topic);  // the broker's caches are warm
  const auto start = Clock::now();
  CHECK(read_all(topics.brokers(), topic).size() == 5'000);
  CHECK(
      Clock::now() - start <
      milliseconds(1'000));  // 300 ms for a whole service; slack for a busy machine and sanitizers
}

TEST_CASE("A topic that does not exist and a broker that is away are said in time") {
  const auto brokers = testkit::test_kafka();
  CHECK_THROWS_WITH(TopicReader({brokers, "kafka-test", "no-such-topic"}, seconds(5)),
                    Catch::Contains("no-such-topic"));
  testkit::TestGate gate(brokers);
  gate.set(testkit::TestGate::Mode::freeze);
  const auto start = Clock::now();
  CHECK_THROWS_AS(TopicReader({gate.address(), "kafka-test", "any"}, milliseconds(1'000)),
                  Unavailable);
  CHECK(Clock::now() - start < seconds(4));
}

TEST_CASE("A broker that falls silent after it has described the topic is given up in time") {
  testkit::TestTopics topics;
  const auto topic = topics.create("silent", 3);
  testkit::TestGate gate(topics.brokers(), testkit::TestGate::Protocol::kafka);
  const ConsumerClient client(
      consumer_configuration(gate.address(), "kafka-test", 1'000'000).create(RD_KAFKA_CONSUMER));
  REQUIRE(partition_count(client.get(), topic, Clock::now() + seconds(10)) == 3);
  gate.set(testkit::TestGate::Mode::freeze);
  const auto start = Clock::now();
  CHECK_THROWS_AS(query_offsets(client.get(), {{topic, 0}, {topic, 1}, {topic, 2}}, Edge::end,
                                start + milliseconds(1'000)),
                  Unavailable);
  CHECK(Clock::now() - start < seconds(3));
}

TEST_CASE("Each partition has its own beginning and end") {
  testkit::TestTopics topics;
  const auto topic = topics.create("edges", 3);
  Sender sender(topics.brokers());
  std::map<std::int32_t, std::int64_t> sizes;
  for (int i = 0; i < 30; ++i)
    REQUIRE(sender.send(record_for(topic, std::to_string(i), "v")) == Delivery::durable);
  for (const auto& record : read_all(topics.brokers(), topic)) ++sizes[record.partition];
  const auto ends = group_lag(topics.brokers(), "edges", {topic}, seconds(10));
  REQUIRE(ends.size() == 3);
  for (std::int32_t partition = 0; partition < 3; ++partition) {
    const auto& one = ends.at(static_cast<std::size_t>(partition));
    CHECK(one.partition == partition);
    CHECK(one.end == sizes[partition]);
  }
}

TEST_CASE("Topics are made once, described, and left as they are when asked for again") {
  testkit::TestTopics topics;
  const auto topic = topics.create("declared", 4);
  topics.create_named(topic, 4);
  const auto known = list_topics(topics.brokers(), seconds(10));
  CHECK(std::count(known.begin(), known.end(), std::pair<std::string, int>(topic, 4)) == 1);
}

TEST_CASE("A topic that the broker refuses is named") {
  testkit::TestTopics topics;
  CHECK_THROWS_WITH(
      create_topics(topics.brokers(), {{"bad", 1, {{"retention.ms", "soon"}}}}, 1, seconds(10)),
      Catch::Contains("bad"));
  CHECK_THROWS_AS(list_topics("127.0.0.1:1", milliseconds(500)), Unavailable);
}

}  // namespace
}  // namespace hookswitch::kafka
