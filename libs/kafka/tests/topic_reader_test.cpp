#include "fixtures.hpp"

#include <hookswitch/testkit/real/test_gate.hpp>

#include <catch2/catch.hpp>

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

TEST_CASE("A compacted topic whose offsets have holes is read to its end, tombstones too") {
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
