#include "raw_client.hpp"
#include "running_ingress.hpp"

#include <hookswitch/events/topics.hpp>
#include <hookswitch/testkit/real/environment.hpp>
#include <hookswitch/testkit/real/test_gate.hpp>
#include <hookswitch/testkit/real/wait_until.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace hookswitch::ingress {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using testkit::TestGate;

std::string retry_after(const http::Response& response) {
  const auto found = std::ranges::find_if(response.headers, [](const auto& header) {
    return header.first == "Retry-After" || header.first == "retry-after";
  });
  return found == response.headers.end() ? "" : found->second;
}

/// Promised are 2 s; the rest is for a busy machine.
constexpr auto promised = 2000ms;
constexpr auto slack = 700ms;

RunningIngress::Change behind(const TestGate& gate) {
  return [&gate](IngressSettings& settings) { settings.service.kafka = gate.address(); };
}

/// A call whose transcript makes it that large or a little larger.
FreshCall large_call(std::size_t bytes) {
  auto call = fresh_call("retell_call_ended.json");
  const std::string padding = R"("padding":")" + std::string(bytes, call.call_id.back()) + "\",";
  call.body.insert(call.body.find('{') + 1, padding);
  return call;
}

std::string signed_post(const std::string& body) {
  std::string headers;
  for (const auto& [name, value] : retell_headers(body, "key_default")) {
    if (name != "Content-Type") headers += name + ": " + value + "\r\n";
  }
  return http::test::post("/webhooks/retell", body, headers);
}

}  // namespace

TEST_CASE(
    "promise 1 durable before acknowledged: while Kafka is away it is 503 within two seconds, then "
    "202 again") {
  const auto mode = GENERATE(TestGate::Mode::freeze, TestGate::Mode::refuse, TestGate::Mode::reset);
  TestGate gate(testkit::test_kafka(), TestGate::Protocol::kafka);
  RunningIngress ingress(behind(gate));
  ingress.wait_until_ready();
  TopicWatch topic(events::topics::webhooks_retell);
  const auto before = fresh_call("retell_call_started.json");
  REQUIRE(ingress.retell(before.body).status == 202);

  gate.set(mode);
  const auto call = fresh_call("retell_call_ended.json");
  const auto sent = Clock::now();
  const auto refused = ingress.retell(call.body);
  CHECK(Clock::now() - sent < promised + slack);
  CHECK(refused.status == 503);
  CHECK(retry_after(refused) == "1");

  gate.set(TestGate::Mode::forward);
  http::Response taken;
  testkit::wait_until("Kafka is there again", 15s, [&] {
    taken = ingress.retell(call.body);
    return taken.status == 202;
  });
  CHECK(topic.wait_for_key(call.call_id).header("ce_id") == id_in(taken));
}

TEST_CASE(
    "what was handed to Kafka arrives as it was sent, whatever its connection did meanwhile") {
  TestGate gate(testkit::test_kafka(), TestGate::Protocol::kafka);
  RunningIngress ingress(behind(gate));
  ingress.wait_until_ready();
  TopicWatch topic(events::topics::webhooks_retell);
  REQUIRE(ingress.retell(fresh_call("retell_call_started.json").body).status == 202);
  gate.set(TestGate::Mode::refuse);  // a frozen way would take them into its sockets

  // Larger than what librdkafka copies into its requests.
  const std::vector webhooks{large_call(100'000), large_call(100'001), large_call(70'000)};
  http::test::RawClient kept(ingress.port());
  for (const auto* webhook : {&webhooks[0], &webhooks[1]}) {
    REQUIRE(kept.send(signed_post(webhook->body)));
    const auto answer = kept.read_answer();
    REQUIRE(answer.has_value());
    CHECK(answer->status == 503);
  }
  {
    http::test::RawClient gone(ingress.port());
    REQUIRE(gone.send(signed_post(webhooks[2].body)));
    testkit::wait_until("Kafka's client has all three", 5s, [&] {
      return ingress.metrics().find("hookswitch_producer_queue_records 3") != std::string::npos;
    });
    gone.reset();
  }
  REQUIRE(kept.send(signed_post(large_call(100'000).body)));  // into memory that is free, if any is

  gate.set(TestGate::Mode::forward);
  for (const auto& webhook : webhooks) {
    CHECK(topic.wait_for_key(webhook.call_id).value == webhook.body);
  }
}

TEST_CASE("a webhook that comes before the directory has been read is told to come again") {
  TestGate gate(testkit::test_kafka(), TestGate::Protocol::kafka);
  gate.set(TestGate::Mode::refuse);
  RunningIngress ingress(behind(gate));
  const auto call = fresh_call("retell_call_ended.json");
  const auto refused = ingress.retell(call.body);
  CHECK(refused.status == 503);
  CHECK(retry_after(refused) == "1");
  CHECK(ingress.health().find("\"directory\"") != std::string::npos);
  CHECK(ingress.health().find("\"kafka\"") != std::string::npos);
  CHECK(ingress.calcom(sample("calcom_ping.json")).status == 202);
  gate.set(TestGate::Mode::forward);
  ingress.wait_until_ready();
  CHECK(ingress.retell(call.body).status == 202);
}

TEST_CASE("one webhook too many at a time is told to come again, the others are served") {
  TestGate gate(testkit::test_kafka(), TestGate::Protocol::kafka);
  RunningIngress ingress([&](IngressSettings& settings) {
    settings.service.kafka = gate.address();
    settings.in_flight = 1;
    settings.answer_deadline = 9000ms;
  });
  ingress.wait_until_ready();
  REQUIRE(ingress.retell(fresh_call("retell_call_started.json").body).status == 202);
  gate.set(TestGate::Mode::freeze);
  unsigned first = 0;
  std::thread sender(
      [&] { first = ingress.retell(fresh_call("retell_call_started.json").body).status; });
  http::Response second;
  testkit::wait_until("one is under way", 1500ms, [&] {
    return ingress.metrics().find("hookswitch_producer_queue_records 1") != std::string::npos;
  });
  second = ingress.retell(fresh_call("retell_call_ended.json").body);
  gate.set(TestGate::Mode::forward);
  sender.join();
  CHECK(second.status == 429);
  CHECK(retry_after(second) == "1");
  CHECK(first == 202);
}

TEST_CASE(
    "promise 9 stopping is safe: a webhook under way when ingress stops is answered and on the "
    "topic") {
  RunningIngress ingress([](IngressSettings& settings) { settings.linger = 300ms; });
  ingress.wait_until_ready();
  TopicWatch topic(events::topics::webhooks_retell);
  const auto call = fresh_call("retell_call_ended.json");
  unsigned status = 0;
  std::thread sender([&] { status = ingress.retell(call.body).status; });
  testkit::wait_until("it is under way", 5s, [&] {
    return ingress.metrics().find("hookswitch_producer_queue_records 1") != std::string::npos;
  });
  ingress.stop();
  sender.join();
  CHECK(status == 202);
  CHECK(topic.wait_for_key(call.call_id).value == call.body);
  CHECK_FALSE(http::get(ingress.url("/webhooks/retell"), {}, 1s).has_value());
}

TEST_CASE(
    "promise 9 stopping is safe: ingress stops within seconds though Kafka is frozen, since its "
    "start or later") {
  const bool while_starting = GENERATE(true, false);
  TestGate gate(testkit::test_kafka(), TestGate::Protocol::kafka);
  RunningIngress ingress(behind(gate));
  if (while_starting) {
    testkit::wait_until("it has connected", 10s, [&] { return gate.connections() > 0; });
  } else {
    ingress.wait_until_ready();
  }
  gate.set(TestGate::Mode::freeze);
  const auto asked = Clock::now();
  ingress.stop();
  CHECK(Clock::now() - asked < 8s);
}

TEST_CASE("every named step at which a fault test may kill ingress is reached, in this order") {
  // The linger keeps Kafka's report from overtaking the step before it.
  RunningIngress ingress([](IngressSettings& settings) { settings.linger = 50ms; });
  ingress.wait_until_ready();
  REQUIRE(ingress.retell(fresh_call("retell_call_ended.json").body).status == 202);
  testkit::wait_until("the last step of an exchange", 5s, [&] {
    return !ingress.steps().empty() && ingress.steps().back() == "ingress.answered";
  });
  ingress.stop();
  CHECK(ingress.steps() == std::vector<std::string>{"ingress.accepted", "ingress.verified",
                                                    "ingress.queued", "ingress.reported",
                                                    "ingress.answered", "ingress.draining"});
}

}  // namespace hookswitch::ingress
