#include "fixtures.hpp"

#include <hookswitch/testkit/real/test_gate.hpp>

#include <catch2/catch.hpp>

namespace hookswitch::kafka {
namespace {

using testkit::TestGate;
using Clock = std::chrono::steady_clock;

struct Gated {
  testkit::TestTopics topics;
  TestGate gate{topics.brokers(), TestGate::Protocol::kafka};
  std::string topic = topics.create("gated");

  ProducerOptions options(milliseconds message_timeout) {
    auto chosen = Sender::options_for(gate.address());
    chosen.message_timeout = message_timeout;
    return chosen;
  }
};

TEST_CASE_METHOD(Gated, "Clients that know the broker by the gate stay behind it") {
  Sender sender(gate.address());
  REQUIRE(sender.send(record_for(topic, "k", "v")) == Delivery::durable);
  gate.set(TestGate::Mode::refuse);
  REQUIRE(sender.producer().produce(record_for(topic, "k", "v"), 1) == Enqueued::accepted);
  CHECK_FALSE(sender.producer().flush(milliseconds(300)));
}

TEST_CASE_METHOD(Gated,
                 "With the broker away a record is reported not sent, soon after its time is up") {
  Sender sender(options(milliseconds(2000)));
  REQUIRE(sender.send(record_for(topic, "k", "before")) == Delivery::durable);
  gate.set(TestGate::Mode::refuse);
  const auto start = Clock::now();
  CHECK(sender.send(record_for(topic, "k", "away")) == Delivery::not_sent);
  CHECK(Clock::now() - start <
        milliseconds(2000 + 2500));  // reconnect.backoff.max.ms keeps it near
  gate.set(TestGate::Mode::forward);
  testkit::wait_until("the producer to see the broker again", seconds(10),
                      [&] { return sender.producer().health().reachable; });
  CHECK(sender.send(record_for(topic, "k", "after")) == Delivery::durable);
  const auto records = read_all(topics.brokers(), topic);
  REQUIRE(records.size() == 2);
  CHECK(records[0].value == "before");
  CHECK(records[1].value == "after");
}

TEST_CASE_METHOD(Gated, "With the broker frozen a record that was on its way is in doubt") {
  Sender sender(options(milliseconds(2000)));
  REQUIRE(sender.send(record_for(topic, "k", "before")) == Delivery::durable);
  gate.set(TestGate::Mode::freeze);
  const auto start = Clock::now();
  CHECK(sender.send(record_for(topic, "k", "frozen")) == Delivery::in_doubt);
  CHECK(Clock::now() - start < milliseconds(2000 + 2500));
}

TEST_CASE_METHOD(Gated, "A full queue is said at once and not waited for") {
  auto limited = options(milliseconds(60'000));
  limited.queue_messages_max = 10;
  Sender sender(limited);
  REQUIRE(sender.send(record_for(topic, "k", "before")) == Delivery::durable);
  gate.set(TestGate::Mode::refuse);
  const auto start = Clock::now();
  int accepted = 0;
  while (sender.producer().produce(record_for(topic, "k", "v"),
                                   static_cast<std::uint64_t>(accepted)) == Enqueued::accepted)
    ++accepted;
  CHECK(Clock::now() - start < seconds(1));
  CHECK(accepted == 10);
  CHECK(sender.producer().produce(record_for(topic, "k", "v"), 99) == Enqueued::queue_full);
}

TEST_CASE_METHOD(Gated,
                 "Nothing is lost, doubled or out of order when connections are reset under load") {
  Sender sender(options(milliseconds(60'000)));
  constexpr std::uint64_t count = 2'000;
  for (std::uint64_t i = 0; i < count; ++i) {
    REQUIRE(sender.producer().produce(record_for(topic, "k", std::to_string(i)), i) ==
            Enqueued::accepted);
    if (i % 400 == 399) {
      testkit::wait_until("some reports", seconds(20),
                          [&] { return sender.reports().size() > i - 300; });
      gate.cut();
    }
  }
  REQUIRE(sender.producer().flush(seconds(30)));
  const auto records = read_all(topics.brokers(), topic);
  REQUIRE(records.size() == count);
  for (std::uint64_t i = 0; i < count; ++i) REQUIRE(records[i].value == std::to_string(i));
}

TEST_CASE_METHOD(Gated,
                 "Without a time limit, as for the outbox, a record waits for the broker however "
                 "long it is away") {
  Sender sender(options(milliseconds(0)));
  gate.set(TestGate::Mode::refuse);
  REQUIRE(sender.producer().produce(record_for(topic, "k", "patient"), 1) == Enqueued::accepted);
  testkit::wait_until("the producer to notice", seconds(10),
                      [&] { return !sender.producer().health().reachable; });
  CHECK(sender.reports().empty());
  gate.set(TestGate::Mode::forward);
  REQUIRE(sender.producer().flush(seconds(20)));
  CHECK(sender.reports().at(1) == Delivery::durable);
}

TEST_CASE_METHOD(Gated, "An idle producer notices by itself that the broker is back") {
  Sender sender(options(milliseconds(60'000)));
  REQUIRE(sender.send(record_for(topic, "k", "v")) == Delivery::durable);
  gate.set(TestGate::Mode::refuse);
  testkit::wait_until("the producer to notice", seconds(10),
                      [&] { return !sender.producer().health().reachable; });
  CHECK_FALSE(sender.producer().health().last_error.empty());
  gate.set(TestGate::Mode::forward);
  testkit::wait_until("the producer to notice", seconds(10),
                      [&] { return sender.producer().health().reachable; });
}

TEST_CASE_METHOD(
    Gated,
    "A producer ends within seconds though the broker is frozen, and every record is reported") {
  std::map<std::uint64_t, Delivery> reports;
  std::optional<Producer> producer;
  producer.emplace(options(milliseconds(60'000)), [&](std::uint64_t token, Delivery delivery) {
    reports.emplace(token, delivery);
  });
  REQUIRE(producer->produce(record_for(topic, "k", "v"), 1) == Enqueued::accepted);
  REQUIRE(producer->flush(seconds(20)));
  gate.set(TestGate::Mode::freeze);
  for (std::uint64_t token = 2; token <= 100; ++token)
    REQUIRE(producer->produce(record_for(topic, "k", "v"), token) == Enqueued::accepted);
  const auto start = Clock::now();
  producer.reset();
  CHECK(Clock::now() - start < seconds(5));
  CHECK(reports.size() == 100);
}

}  // namespace
}  // namespace hookswitch::kafka
