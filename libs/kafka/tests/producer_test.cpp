#include "fixtures.hpp"

#include <catch2/catch.hpp>

#include <numeric>

namespace hookswitch::kafka {
namespace {

TEST_CASE("A record arrives with its key, its bytes and its headers in order") {
  testkit::TestTopics topics;
  const auto topic = topics.create("roundtrip", 3);
  Sender sender(topics.brokers());
  std::string bytes(256, '\0');
  std::iota(bytes.begin(), bytes.end(), '\0');
  const events::OutboundRecord sent{
      topic,
      "call_1",
      bytes,
      {{"ce_id", "1"}, {"empty", ""}, {"ce_id", "2"}, {"binary", std::string("a\0b", 3)}}};
  REQUIRE(sender.send(sent) == Delivery::durable);

  const auto records = read_all(topics.brokers(), topic);
  REQUIRE(records.size() == 1);
  const auto& got = records.front();
  CHECK(got.topic == topic);
  CHECK(got.offset == 0);
  CHECK(got.timestamp_ms > 1'700'000'000'000);
  CHECK(got.key == "call_1");
  CHECK(got.value == bytes);
  REQUIRE(got.headers.size() == 4);
  CHECK(got.header("ce_id") == "2");
  CHECK(got.header("empty") == "");
  CHECK(got.header("binary") == std::string_view("a\0b", 3));
  CHECK(got.headers[0].value == "1");
}

TEST_CASE("A value that is sent from where it lies arrives as one that was copied") {
  testkit::TestTopics topics;
  const auto topic = topics.create("in_place");
  Sender sender(topics.brokers());
  std::vector<std::string> values;
  for (std::size_t i = 0; i < 200; ++i)
    values.push_back(std::to_string(i) + std::string(i * i, 'x'));
  values.emplace_back();
  for (std::size_t i = 0; i < values.size(); ++i) {
    REQUIRE(sender.producer().produce_in_place(
                topic, "one key", values[i], {{"n", std::to_string(i)}}, i) == Enqueued::accepted);
  }
  REQUIRE(sender.producer().flush(std::chrono::seconds(30)));
  const auto records = read_all(topics.brokers(), topic);
  REQUIRE(records.size() == values.size());
  for (const auto& record : records) {
    CHECK(record.key == "one key");
    CHECK(record.value == values.at(std::stoul(std::string(record.header("n").value()))));
  }
}

TEST_CASE("A tombstone, an empty value and a missing key stay what they are") {
  testkit::TestTopics topics;
  const auto topic = topics.create("tombstone");
  Sender sender(topics.brokers());
  REQUIRE(sender.send({topic, "gone", std::nullopt, {}}) == Delivery::durable);
  REQUIRE(sender.send({topic, "empty", "", {}}) == Delivery::durable);
  REQUIRE(sender.send({topic, "", "no key", {}}) == Delivery::durable);
  const auto records = read_all(topics.brokers(), topic);
  REQUIRE(records.size() == 3);
  CHECK(records[0].value == std::nullopt);
  CHECK(records[1].value == "");
  CHECK(records[2].key.empty());
}

TEST_CASE("The largest webhook with its headers fits, and what does not is refused at once") {
  constexpr std::size_t http_cap = std::size_t{4} * 1024 * 1024;
  testkit::TestTopics topics;
  const auto topic = topics.create("sizes");
  Sender sender(topics.brokers());
  const std::string headers_worth(60'000, 'h');
  for (const std::size_t size : {http_cap - 1, http_cap}) {
    CHECK(sender.send({topic, "k", std::string(size, 'x'), {{"h", headers_worth}}}) ==
          Delivery::durable);
  }
  CHECK(sender.producer().produce({topic, "k", std::string(http_cap + 65'536 + 1, 'x'), {}}, 1) ==
        Enqueued::too_large);

  const auto records = read_all(topics.brokers(), topic);
  REQUIRE(records.size() == 2);
  CHECK(records[1].value->size() == http_cap);
  CHECK(records[1].header("h") == headers_worth);
}

TEST_CASE(
    "To the byte: what the producer's limit lets through the broker takes and a consumer gets") {
  constexpr std::size_t limit = 100'000;
  testkit::TestTopics topics;
  const auto topic = topics.create("limit", 1, {{"max.message.bytes", std::to_string(limit)}});
  auto options = Sender::options_for(topics.brokers());
  options.message_bytes_max = limit;
  Sender sender(options);
  // The greatest accepted size is found, not assumed: librdkafka counts its framing.
  std::size_t size = limit;
  while (sender.producer().produce({topic, "k", std::string(size, 'x'), {}}, size) !=
         Enqueued::accepted)
    --size;
  CHECK(size > limit - 300);
  REQUIRE(sender.producer().flush(seconds(20)));
  CHECK(sender.reports().at(size) == Delivery::durable);
  CHECK(sender.send(record_for(topic, "k", std::string(size - 1, 'x'))) == Delivery::durable);
  CHECK(sender.producer().produce({topic, "k", std::string(size + 1, 'x'), {}}, 1) ==
        Enqueued::too_large);
  CHECK(read_all(topics.brokers(), topic).size() == 2);
}

TEST_CASE("What the broker finds too large is reported as certainly not on the bus") {
  testkit::TestTopics topics;
  const auto topic = topics.create("strict", 1, {{"max.message.bytes", "1000"}});
  Sender sender(topics.brokers());
  CHECK(sender.send(record_for(topic, "k", std::string(5'000, 'x'))) == Delivery::not_sent);
  CHECK(sender.send(record_for(topic, "k", "fits")) == Delivery::durable);
}

TEST_CASE("Thousands of records from several threads are reported once each, many at a wake-up") {
  testkit::TestTopics topics;
  const auto topic = topics.create("many", 12);
  Sender sender(topics.brokers());
  constexpr std::size_t threads = 4;
  constexpr std::size_t each = 2'000;
  std::atomic<int> refused{0};
  {
    std::vector<std::jthread> workers;
    for (std::size_t t = 0; t < threads; ++t) {
      workers.emplace_back([&, t] {
        for (std::size_t i = 0; i < each; ++i) {
          const std::uint64_t token = t * each + i;
          const std::string key = "call_" + std::to_string(token);
          if (sender.producer().produce(topic, key, key, {}, token) != Enqueued::accepted)
            ++refused;
        }
      });
    }
  }
  REQUIRE(sender.producer().flush(seconds(30)));
  CHECK(refused == 0);
  CHECK(sender.producer().outstanding() == 0);
  const auto reports = sender.reports();
  CHECK(reports.size() == threads * each);
  CHECK(sender.repeated() == 0);
  CHECK(std::all_of(reports.begin(), reports.end(),
                    [](const auto& r) { return r.second == Delivery::durable; }));
  CHECK(sender.wake_ups() < threads * each / 4);
  CHECK(read_all(topics.brokers(), topic).size() == threads * each);
}

TEST_CASE("A producer that is given up reports what it still holds, whoever took reports") {
  const bool taken_elsewhere = GENERATE(false, true);
  std::map<std::uint64_t, Delivery> reports;
  {
    Producer producer(
        Sender::options_for("127.0.0.1:1"),
        [&](std::uint64_t token, Delivery delivery) { reports.emplace(token, delivery); });
    if (taken_elsewhere) producer.have_reports_taken([] {});
    for (std::uint64_t token = 1; token <= 10; ++token) {
      REQUIRE(producer.produce(record_for("nowhere", "k", "v"), token) == Enqueued::accepted);
    }
    CHECK_FALSE(producer.flush(milliseconds(50)));
  }
  CHECK(reports.size() == 10);
  CHECK(std::all_of(reports.begin(), reports.end(),
                    [](const auto& r) { return r.second == Delivery::not_sent; }));
}

}  // namespace
}  // namespace hookswitch::kafka
