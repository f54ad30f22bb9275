#include "command.hpp"

#include <hookswitch/calls/v1/call_events.pb.h>
#include <hookswitch/testkit/real/test_gate.hpp>

#include <catch2/catch.hpp>
#include <signal.h>

#include <chrono>
#include <cstdlib>

using namespace hookswitch;
using namespace hookswitch::cli::test;

namespace {

events::OutboundRecord json_event(const std::string& topic, const std::string& key,
                                  const std::string& tenant) {
  return {topic,
          key,
          "{\"key\": \"" + key + "\"}",
          {{"content-type", "application/json"}, {"ce_tenantid", tenant}}};
}

}  // namespace

TEST_CASE("tail prints what is on a topic from the beginning to the end, one JSON line an event") {
  const auto topic = unique("tail-");
  create_topic(topic);
  calls::v1::CallEnded ended;
  ended.set_call_id("call_1");
  ended.set_duration_ms(61'000);
  produce(
      {json_event(topic, "call_1", "anton"),
       {topic,
        "call_1",
        ended.SerializeAsString(),
        {{"content-type", "application/protobuf"}, {"ce_type", "hookswitch.calls.v1.CallEnded"}}},
       {topic, "call_1", std::nullopt, {}}});
  const auto outcome = cli::test::hookswitch({"tail", topic, "--from-beginning", "--until-end"});
  CHECK(outcome.exit_code == 0);
  const auto lines = outcome.lines();
  REQUIRE(lines.size() == 3);
  CHECK(lines[0] ==
        "{\"topic\":\"" + topic +
            "\",\"partition\":0,\"offset\":0,\"key\":\"call_1\",\"headers\":{\"ce_tenantid\":"
            "\"anton\",\"content-type\":\"application/json\"},\"data\":{\"key\": \"call_1\"}}");
  CHECK_THAT(lines[1], Catch::Contains("\"duration_ms\":\"61000\"") &&
                           Catch::Contains("\"disconnection_reason\":\"\""));
  CHECK_THAT(lines[2], Catch::Contains("\"data\":null"));
}

TEST_CASE("tail shows only the tenant or the key that is asked for, of several topics") {
  const auto one = unique("tail-");
  const auto two = unique("tail-");
  create_topic(one, 3);
  create_topic(two);
  produce({json_event(one, "a", "anton"), json_event(one, "b", "berta"),
           json_event(two, "a", "berta")});
  const auto tail = [&](const std::string& flag, const std::string& value) {
    return cli::test::hookswitch({"tail", one, two, "--from-beginning", "--until-end", flag, value})
        .lines()
        .size();
  };
  CHECK(tail("--tenant", "anton") == 1);
  CHECK(tail("--tenant", "berta") == 2);
  CHECK(tail("--key", "a") == 2);
  CHECK(tail("--key", "nobody") == 0);
}

TEST_CASE("tail follows from now on, and ends quietly on SIGTERM and SIGINT") {
  for (const int number : {SIGTERM, SIGINT}) {
    const auto topic = unique("tail-");
    create_topic(topic, 2);
    produce({json_event(topic, "old", "anton")});
    Command tail({"tail", topic}, "", {"HOOKSWITCH_KAFKA=" + test_kafka()});
    REQUIRE(comes_true([&] { return tail.err().find("following") != std::string::npos; }));
    produce({json_event(topic, "new", "anton")});
    REQUIRE(comes_true([&] { return tail.out().find('\n') != std::string::npos; }));
    tail.signal(number);
    const auto outcome = tail.wait();
    CHECK(outcome.exit_code == 0);
    REQUIRE(outcome.lines().size() == 1);
    CHECK_THAT(outcome.out, Catch::Contains("\"key\":\"new\""));
  }
}

TEST_CASE(
    "tail ends within seconds of a signal though Kafka has frozen, before or while it follows") {
  using testkit::TestGate;
  const auto topic = unique("tail-");
  create_topic(topic, 2);
  const bool while_connecting = GENERATE(true, false);
  TestGate gate(test_kafka(), TestGate::Protocol::kafka);
  Command tail({"tail", topic}, "", {"HOOKSWITCH_KAFKA=" + gate.address()});
  REQUIRE(comes_true([&] {
    return while_connecting ? gate.connections() > 0
                            : tail.err().find("following") != std::string::npos;
  }));
  gate.set(TestGate::Mode::freeze);
  const auto start = std::chrono::steady_clock::now();
  tail.signal(SIGTERM);
  const auto outcome = tail.wait();
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
  // -1: the signal itself ended it, before it could follow.
  CHECK((outcome.exit_code == 0 || (while_connecting && outcome.exit_code == -1)));
}

TEST_CASE("tail ends quietly when nobody reads its output any more") {
  const auto topic = unique("tail-");
  create_topic(topic);
  std::vector<events::OutboundRecord> many;
  for (int count = 0; count < 200; ++count) {
    many.push_back(
        {topic, "k", "\"" + std::string(2000, 'x') + "\"", {{"content-type", "application/json"}}});
  }
  produce(many);
  const auto command = "bash -o pipefail -c 'HOOKSWITCH_KAFKA=" + test_kafka() +
                       " \"$HOOKSWITCH_BINARY_DIR\"/bin/hookswitch tail " + topic +
                       " --from-beginning --until-end | head -n 1 > /dev/null'";
  CHECK(std::system(command.c_str()) == 0);
}

TEST_CASE(
    "tail says no to a topic that does not exist, and is wrong use without one or without Kafka") {
  const auto outcome = cli::test::hookswitch({"tail", unique("nowhere-"), "--until-end"});
  CHECK(outcome.exit_code == 1);
  CHECK_THAT(outcome.err, Catch::Contains("nowhere-"));
  CHECK(cli::test::hookswitch({"tail"}).exit_code == 2);
  CHECK(Command({"tail", "topic"}, "", {}).wait().exit_code == 2);
}
