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
  std::string group = testkit::unique_name("gated");
  Sender direct{topics.brokers()};

  std::unique_ptr<Consumer> joined() {
    REQUIRE(direct.send(record_for(topic, "k", "first")) == Delivery::durable);
    auto consumer = std::make_unique<Consumer>(member(gate.address(), group, topic, "0"),
                                               Consumer::Rebalance{});
    (void)next_of(*consumer);
    return consumer;
  }
};

TEST_CASE_METHOD(Gated, "A consumer ends within five seconds though the broker is frozen") {
  auto consumer = joined();
  gate.set(TestGate::Mode::freeze);
  consumer->commit_async({{topic, 0, 1}});
  const auto start = Clock::now();
  consumer.reset();
  CHECK(Clock::now() - start < seconds(6));  // 5 s promised, the rest is slack
}

TEST_CASE_METHOD(Gated, "A consumer ends within five seconds though the broker is gone") {
  auto consumer = joined();
  gate.set(TestGate::Mode::refuse);
  const auto start = Clock::now();
  consumer.reset();
  CHECK(Clock::now() - start < seconds(6));
}

TEST_CASE_METHOD(
    Gated, "A commit that the frozen broker does not answer is given up, and a later one works") {
  auto consumer = joined();
  gate.set(TestGate::Mode::freeze);
  const auto start = Clock::now();
  CHECK_THROWS_AS(consumer->commit_sync({{topic, 0, 1}}), Unavailable);
  CHECK(Clock::now() - start < seconds(7));
  gate.set(TestGate::Mode::forward);
  testkit::wait_until("a commit", seconds(60), [&] {
    (void)consumer->poll(milliseconds(50));
    try {
      consumer->commit_sync({{topic, 0, 1}});
      return true;
    } catch (const Unavailable&) {
      return false;
    }
  });
  CHECK(group_lag(topics.brokers(), group, {topic}, seconds(10)).at(0).committed == 1);
}

TEST_CASE_METHOD(Gated, "After a cut the consumer goes on where it was") {
  auto consumer = joined();
  gate.cut();
  REQUIRE(direct.send(record_for(topic, "k", "second")) == Delivery::durable);
  CHECK(next_of(*consumer).value == "second");
  gate.set(TestGate::Mode::refuse);
  CHECK(consumer->poll(milliseconds(500)) == std::nullopt);
  REQUIRE(direct.send(record_for(topic, "k", "third")) == Delivery::durable);
  gate.set(TestGate::Mode::forward);
  CHECK(next_of(*consumer).value == "third");
}

TEST_CASE_METHOD(Gated, "Polling an absent broker gives nothing and does not throw") {
  gate.set(TestGate::Mode::refuse);
  Consumer consumer(member(gate.address(), group, topic), {});
  for (int i = 0; i < 5; ++i) CHECK(consumer.poll(milliseconds(100)) == std::nullopt);
  CHECK(consumer.assignment().empty());
  CHECK(consumer.lag().empty());
}

}  // namespace
}  // namespace hookswitch::kafka
