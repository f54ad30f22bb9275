#include "composition.hpp"
#include "support/deliveries.hpp"

#include <hookswitch/calls/v1/call_events.pb.h>
#include <hookswitch/events/topics.hpp>
#include <hookswitch/messaging/testing/running_consumer.hpp>
#include <hookswitch/postgres/connection.hpp>
#include <hookswitch/testkit/real/environment.hpp>

#include <catch2/catch.hpp>

#include <algorithm>

// The way of one event through the real parts: webhooks on the topic, events on the other.

namespace hookswitch::call_processing::testing {
namespace {

using Words = std::vector<std::string>;

struct RunningService : messaging::testing::RunningConsumer {
  RunningService() : RunningConsumer(definition(), std::string(events::topics::calls)) {}
};

/// One call of this test, of which every webhook goes to one partition.
struct OneCall {
  std::string id = testkit::unique_name("call");

  [[nodiscard]] std::string body(const std::string& name) const {
    return with(sample(name), "call_5d1e0c77aa3b49f2b6c8e4d9f01", id);
  }
  [[nodiscard]] events::OutboundRecord record(const std::string& event,
                                              const std::string& text) const {
    auto made = record_for(event, text);
    made.key = id;
    return made;
  }
  void publish(const RunningService& service, const std::string& event) const {
    service.publish(record(event, body("retell_" + event)));
  }
};

/// Waits until what was published before under the same key has been handled: a webhook of another
/// call goes after it.
void wait_behind(RunningService& service, const OneCall& call) {
  const OneCall marker;
  auto record = marker.record("call_started", marker.body("retell_call_started"));
  record.key = call.id;
  service.publish(record);
  CHECK(service.wait_for(marker.id, 1) == Words{"CallStarted"});
}

void run_as_superuser(const RunningService& service, const std::string& sql) {
  postgres::ConnectionOptions options;
  options.url = service.database.superuser_url();
  postgres::Connection connection(options);
  postgres::execute_alone(connection, sql);
}

}  // namespace

TEST_CASE("a call's three webhooks come out as four events, and their repeats as none") {
  RunningService service;
  const OneCall call;
  for (const auto* event : {"call_started", "call_ended", "call_analyzed"})
    call.publish(service, event);
  CHECK(service.wait_for(call.id, 4) ==
        Words{"CallStarted", "CallEnded", "CallCostReported", "CallAnalyzed"});
  for (const auto* event : {"call_analyzed", "call_started", "call_ended"})
    call.publish(service, event);
  wait_behind(service, call);
  CHECK(service.told(call.id).size() == 4);
}

TEST_CASE("rule 1 same delivery: a corrected cost comes through the bus as the second revision") {
  RunningService service;
  const OneCall call;
  call.publish(service, "call_analyzed");
  CHECK(service.wait_for(call.id, 4) ==
        Words{"CallStarted", "CallEnded", "CallAnalyzed", "CallCostReported"});
  service.publish(
      call.record("call_analyzed", with(call.body("retell_call_analyzed"), "22.1666725", "30.25")));
  CHECK(service.wait_for(call.id, 5).back() == "CallCostReported");
  hookswitch::calls::v1::CallCostReported cost;
  REQUIRE(cost.ParseFromString(service.told(call.id).back().value));
  CHECK(cost.revision() == 2);
  CHECK(cost.total().coefficient() == 3025);
  CHECK(cost.total().exponent() == -4);
}

TEST_CASE(
    "rule 6 what fails: a body with a wrong type becomes a dead letter, and the partition moves "
    "on") {
  RunningService service;
  const OneCall call;
  const auto wrong = call.record(
      "call_ended",
      with(call.body("retell_call_ended"), "\"duration_ms\": 174250", "\"duration_ms\": \"long\""));
  service.publish(wrong);
  call.publish(service, "call_started");
  CHECK(service.wait_for(call.id, 1) == Words{"CallStarted"});
  const auto letter = service.wait_for_dead_letter(header_of(wrong, "ce_id"));
  CHECK(letter.headers.at("dlq_reason") == "refused");
  CHECK(letter.headers.at("dlq_error").find("/call/duration_ms") != std::string::npos);
  CHECK(letter.value == wrong.value);
  CHECK(letter.headers.at("ce_tenantid") == "lindenhof");
}

TEST_CASE(
    "rule 6 what fails: a dead letter is replayed once its cause is gone, and a second replay "
    "changes nothing") {
  RunningService service;
  const OneCall call;
  run_as_superuser(
      service, "ALTER TABLE call_processing.call_cost ADD CONSTRAINT broken CHECK (total_usd < 0)");
  const auto record = call.record("call_ended", call.body("retell_call_ended"));
  service.publish(record);
  const auto letter = service.wait_for_dead_letter(header_of(record, "ce_id"));
  CHECK(letter.headers.at("dlq_reason") == "failed");
  CHECK(letter.headers.at("dlq_attempts") == "3");
  CHECK(service.told(call.id).empty());

  run_as_superuser(service, "ALTER TABLE call_processing.call_cost DROP CONSTRAINT broken");
  auto replay = record;
  replay.topic += ".call-processing.retry";
  service.publish(replay);
  CHECK(service.wait_for(call.id, 3) == Words{"CallStarted", "CallEnded", "CallCostReported"});
  service.publish(replay);
  const OneCall marker;
  auto behind = marker.record("call_started", marker.body("retell_call_started"));
  behind.topic += ".call-processing.retry";
  service.publish(behind);
  CHECK(service.wait_for(marker.id, 1) == Words{"CallStarted"});
  CHECK(service.told(call.id).size() == 3);
}

TEST_CASE("what came while the service was away is handled when it is back, once") {
  RunningService service;
  const OneCall call;
  call.publish(service, "call_started");
  CHECK(service.wait_for(call.id, 1) == Words{"CallStarted"});
  service.stop();
  call.publish(service, "call_ended");
  call.publish(service, "call_started");
  service.start();
  CHECK(service.wait_for(call.id, 3) == Words{"CallStarted", "CallEnded", "CallCostReported"});
}

TEST_CASE(
    "rule 4 tenants in a batch: a webhook of another tenant about this call becomes a dead "
    "letter") {
  RunningService service;
  const OneCall call;
  call.publish(service, "call_started");
  CHECK(service.wait_for(call.id, 1) == Words{"CallStarted"});
  auto foreign = record_for("call_ended", call.body("retell_call_ended"), "aurora");
  foreign.key = call.id;
  service.publish(foreign);
  const auto letter = service.wait_for_dead_letter(header_of(foreign, "ce_id"));
  CHECK(letter.headers.at("dlq_reason") == "refused");
  CHECK(letter.headers.at("dlq_error").find("tenant_mismatch") != std::string::npos);
  CHECK(service.told(call.id).size() == 1);
}

}  // namespace hookswitch::call_processing::testing
