#include "adapters/call_batch_handler.hpp"

#include "subscriptions.hpp"
#include "support/call_store_memory.hpp"
#include "support/deliveries.hpp"

#include <hookswitch/calls/v1/call_events.pb.h>

#include <catch2/catch.hpp>

#include <algorithm>

namespace hookswitch::call_processing::testing {
namespace {

using Words = std::vector<std::string>;
const auto now = from_epoch_ms(1'795'422'000'000);

std::vector<messaging::Outcome> handle(CallTables& tables, const Batch& batch,
                                       std::vector<TenantId> tenants = {TenantId("lindenhof"),
                                                                        TenantId("aurora")}) {
  telemetry::Registry registry;
  CallBatchHandler handler(subscriptions(),
                           std::make_unique<CallStoreMemory>(tables, std::move(tenants)),
                           WebhookProbe(registry));
  return handler.handle(batch.deliveries(), now);
}

std::string hex(const std::string& bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    text.push_back(digits[(static_cast<unsigned char>(c) >> 4U) & 0xFU]);
    text.push_back(digits[static_cast<unsigned char>(c) & 0xFU]);
  }
  return text;
}

std::vector<events::OutboundRecord> emitted(const std::vector<messaging::Outcome>& outcomes) {
  std::vector<events::OutboundRecord> all;
  for (const auto& outcome : outcomes) {
    if (const auto* handled = std::get_if<messaging::Handled>(&outcome)) {
      all.insert(all.end(), handled->emitted.begin(), handled->emitted.end());
    }
  }
  return all;
}

Batch whole_call() {
  Batch batch;
  batch.add("call_started", sample("retell_call_started"))
      .add("call_ended", sample("retell_call_ended"))
      .add("call_analyzed", sample("retell_call_analyzed"));
  return batch;
}

}  // namespace

TEST_CASE("the demo call gives four events") {
  CallTables tables;
  CHECK(words_of(handle(tables, whole_call())) ==
        Words{"CallStarted", "CallEnded", "CallCostReported", "CallAnalyzed"});
}

TEST_CASE("a batch that is handled again tells nothing") {
  CallTables tables;
  handle(tables, whole_call());
  const auto before = tables;
  CHECK(words_of(handle(tables, whole_call())).empty());
  CHECK(tables == before);
}

TEST_CASE("every order of the demo call ends in the same tables under the same ids") {
  std::vector<std::pair<std::string, std::string>> webhooks{
      {"call_analyzed", sample("retell_call_analyzed")},
      {"call_ended", sample("retell_call_ended")},
      {"call_started", sample("retell_call_started")}};
  std::optional<std::vector<std::string>> expected;
  do {
    CallTables tables;
    std::vector<std::string> ids;
    for (const auto& [event, body] : webhooks) {
      for (const auto& record : emitted(handle(tables, Batch().add(event, body)))) {
        ids.push_back(header_of(record, "ce_id"));
      }
    }
    std::sort(ids.begin(), ids.end());
    if (!expected) expected = ids;
    CHECK(ids == *expected);
    CHECK(ids.size() == 4);
  } while (std::next_permutation(webhooks.begin(), webhooks.end()));
}

TEST_CASE("events carry the envelope that the bus agrees on") {
  CallTables tables;
  const auto records = emitted(handle(tables, whole_call()));
  REQUIRE(records.size() == 4);
  const auto& ended = records[1];
  const std::string call_id = "call_5d1e0c77aa3b49f2b6c8e4d9f01";
  CHECK(ended.topic == "hookswitch.calls.v1");
  CHECK(ended.key == call_id);
  CHECK(header_of(ended, "ce_specversion") == "1.0");
  CHECK(header_of(ended, "ce_source") == "hookswitch/call-processing");
  CHECK(header_of(ended, "ce_type") == "hookswitch.calls.v1.CallEnded");
  CHECK(header_of(ended, "ce_time") == "2026-11-23T08:17:02.650Z");
  CHECK(header_of(ended, "ce_subject") == call_id);
  CHECK(header_of(ended, "ce_tenantid") == "lindenhof");
  CHECK(header_of(ended, "ce_correlationid") == call_id);
  CHECK(header_of(ended, "ce_causationid") ==
        envelope_for("call_ended", sample("retell_call_ended")).id.to_string());
  CHECK(header_of(ended, "ce_sequence") == "2");
  CHECK(header_of(ended, "ce_dataschema") == "hookswitch/calls/v1/call_events.proto");
  CHECK(header_of(ended, "traceparent") ==
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  CHECK(header_of(ended, "content-type") == "application/protobuf");
  CHECK(header_of(ended, "ce_id") ==
        events::domain_event_id(call_id, "hookswitch.calls.v1.CallEnded", "").to_string());
  // CallStarted happened when the call started; a revision when the provider said so.
  CHECK(header_of(records[0], "ce_time") == "2026-11-23T08:14:08.400Z");
  CHECK(header_of(records[3], "ce_time") == "2026-11-23T08:18:20.000Z");
}

TEST_CASE("the bytes of an event do not change") {
  CallTables tables;
  const auto records = emitted(handle(tables, whole_call()));
  REQUIRE(records.size() == 4);
  CHECK(hex(*records[2].value) ==
        "0a2063616c6c5f35643165306337376161336234396632623663386534643966303110011a035553"
        "44220808caf6b2d30110112a230a0e656c6576656e6c6162735f7474731208088ad9dac20110111a"
        "070896b58e0110112a1a0a0b6770745f346f5f6d696e69120508de0210071a0408021007320308de"
        "02");
  CHECK(hex(*records[0].value) ==
        "0a2063616c6c5f356431653063373761613362343966326236633865346439663031100118012237"
        "0a2563616c6c2f63616c6c5f3564316530633737616133623439663262366338653464396630311a"
        "0e2b343931373630343036393031322a360a2563616c6c2f63616c6c5f3564316530633737616133"
        "623439663262366338653464396630311a0d2b34393330323331323530313732206167656e745f32"
        "6339306431623765363466346138663962333531303764366538074090ece0bba034");
}

TEST_CASE("numbers and summaries go out as personal text of the call") {
  CallTables tables;
  const auto records = emitted(handle(tables, whole_call()));
  hookswitch::calls::v1::CallStarted started;
  REQUIRE(started.ParseFromString(records.at(0).value.value()));
  CHECK(started.from_number().subject_ref() == "call/call_5d1e0c77aa3b49f2b6c8e4d9f01");
  CHECK(started.from_number().plain() == "+4917604069012");
  CHECK(started.call_type() == hookswitch::calls::v1::CALL_TYPE_PHONE);
  hookswitch::calls::v1::CallAnalyzed analyzed;
  REQUIRE(analyzed.ParseFromString(records.at(3).value.value()));
  CHECK(analyzed.revision() == 1);
  CHECK(analyzed.content_sha256().size() == 32);
  CHECK(analyzed.custom_analysis_json().plain().find("calcom_booking_uid") != std::string::npos);
}

TEST_CASE("an event that nobody subscribes to is ignored, whatever its body") {
  CallTables tables;
  Batch batch;
  batch.add("transcript_updated", "not even JSON").add("call_inbound", "{}");
  CHECK(words_of(handle(tables, batch)) == Words{"ignored", "ignored"});
  CHECK(tables.states.empty());
}

TEST_CASE("a refused webhook leaves no trace and does not hold up the others") {
  CallTables tables;
  Batch batch;
  batch.add("call_started", R"({"call":{"call_id":"call_x","start_timestamp":"soon"}})")
      .add("call_started", sample("retell_call_started"))
      .add_without_tenant("call_ended", sample("retell_call_ended"));
  CHECK(words_of(handle(tables, batch)) ==
        Words{"refused: wrong_type", "CallStarted", "refused: no_tenant"});
  CHECK(tables.states.size() == 1);
}

TEST_CASE("an odd field is counted under its path, and the webhook is handled") {
  CallTables tables;
  telemetry::Registry registry;
  const WebhookProbe probe(registry);
  CallBatchHandler handler(
      subscriptions(),
      std::make_unique<CallStoreMemory>(tables, std::vector{TenantId("lindenhof")}), probe);
  Batch batch;
  batch.add("call_ended",
            with(sample("retell_call_ended"), "\"user_hangup\"", "[\"+4917604069012\"]"));
  CHECK(words_of(handler.handle(batch.deliveries(), now)) ==
        Words{"CallStarted", "CallEnded", "CallCostReported"});
  CHECK(probe.fields_ignored("/call/disconnection_reason").value() == 1);
  CHECK(registry.scrape().find("4917604069012") == std::string::npos);
}

TEST_CASE("a first webhook that says nothing but the call's id leaves a call of its tenant") {
  CallTables tables;
  CHECK(
      words_of(handle(tables, Batch().add("call_started", R"({"call":{"call_id":"c"}})"))).empty());
  REQUIRE(tables.states.size() == 1);
  CHECK(tables.states.begin()->second.tenant.str() == "lindenhof");
}

TEST_CASE("rule 1 same delivery: a corrected cost comes through under an id of its own") {
  CallTables tables;
  handle(tables, whole_call());
  const auto body = with(sample("retell_call_analyzed"), "\"combined_cost\": 22.1666725",
                         "\"combined_cost\": 23.5");
  const auto outcomes = handle(tables, Batch().add("call_analyzed", body));
  CHECK(words_of(outcomes) == Words{"CallCostReported"});
  hookswitch::calls::v1::CallCostReported cost;
  REQUIRE(cost.ParseFromString(emitted(outcomes).at(0).value.value()));
  CHECK(cost.revision() == 2);
  CHECK(cost.total().coefficient() == 235);
  CHECK(cost.total().exponent() == -3);
}

TEST_CASE(
    "rule 1 same delivery: a cost that returns is told again, so that who drops repeated ids ends "
    "with it") {
  CallTables tables;
  const auto cost = [](const std::string& event, int timestamp, const std::string& cents) {
    Batch batch;
    batch.add(event, R"({"event_timestamp":)" + std::to_string(1'795'421'900'000 + timestamp) +
                         R"(,"call":{"call_id":"c","call_cost":{"combined_cost":)" + cents + "}}}");
    return batch;
  };
  const auto first = emitted(handle(tables, cost("call_ended", 1, "10")));
  const auto second = emitted(handle(tables, cost("call_analyzed", 2, "20")));
  const auto third = emitted(handle(tables, cost("call_analyzed", 3, "10")));
  REQUIRE(first.size() == 1);
  REQUIRE(second.size() == 1);
  REQUIRE(third.size() == 1);
  CHECK(header_of(first[0], "ce_id") != header_of(third[0], "ce_id"));
}

TEST_CASE("rule 4 tenants in a batch: two tenants that claim one call, the first has it") {
  CallTables tables;
  Batch batch;
  batch.add("call_started", sample("retell_call_started"), "lindenhof")
      .add("call_ended", sample("retell_call_ended"), "aurora")
      .add("call_analyzed", sample("retell_call_analyzed"), "lindenhof");
  CHECK(words_of(handle(tables, batch)) == Words{"CallStarted", "refused: tenant_mismatch",
                                                 "CallEnded", "CallAnalyzed", "CallCostReported"});
  CHECK(tables.states.begin()->second.tenant.str() == "lindenhof");
}

TEST_CASE("rule 4 tenants in a batch: a call that the batch's tenants cannot see is refused") {
  CallTables tables;
  handle(tables, Batch().add("call_started", sample("retell_call_started"), "lindenhof"));
  const auto before = tables;
  CHECK(words_of(handle(tables, Batch().add("call_ended", sample("retell_call_ended"), "aurora"),
                        {TenantId("aurora")})) == Words{"refused: tenant_mismatch"});
  CHECK(tables == before);
}

}  // namespace hookswitch::call_processing::testing
