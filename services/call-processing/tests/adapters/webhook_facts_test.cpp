#include "adapters/webhook_facts.hpp"

#include "support/deliveries.hpp"

#include <catch2/catch.hpp>

namespace hookswitch::call_processing::testing {
namespace {

Result<CallWebhook> read(const std::string& body) {
  static std::string kept;  // the transcript is a view into it
  kept = body;
  return webhook_facts(kept, envelope_for("call_ended", kept));
}

std::string call_with(const std::string& members) {
  return R"({"event":"call_ended","call":{"call_id":"call_1",)" + members + "}}";
}

void check_refused(const std::string& members, const std::string& code, const std::string& path) {
  INFO(members);
  const auto refused = read(call_with(members));
  REQUIRE(refused.has_error());
  CHECK(refused.error().code == code);
  CHECK(refused.error().field == path);
}

}  // namespace

TEST_CASE("call_started of the contract gives who, whom and when") {
  const auto said = read(sample("retell_call_started")).value();
  CHECK(said.call_id.str() == "call_5d1e0c77aa3b49f2b6c8e4d9f01");
  CHECK(said.tenant.str() == "lindenhof");
  CHECK(said.facts.call_type == "phone_call");
  CHECK(said.facts.direction == "inbound");
  CHECK(said.facts.status == CallStatus("ongoing"));
  CHECK(said.facts.agent_id == "agent_2c90d1b7e64f4a8f9b35107d6e");
  CHECK(said.facts.agent_version == 7);
  CHECK(said.facts.from_number == "+4917604069012");
  CHECK(said.facts.to_number == "+493023125017");
  CHECK(said.facts.started_at == from_epoch_ms(1'795'421'648'400));
  CHECK_FALSE(said.facts.ended_at);
  CHECK_FALSE(said.cost);
  CHECK_FALSE(said.analysis);
  CHECK_FALSE(said.transcript_json);
}

TEST_CASE(
    "call_ended of the contract gives the cost exactly, in dollars, and the transcript as sent") {
  const auto body = sample("retell_call_ended");
  const auto said = read(body).value();
  CHECK(said.facts.duration == Milliseconds{174'250});
  CHECK(said.facts.disconnection_reason == "user_hangup");
  CHECK(said.facts.recording_url);
  REQUIRE(said.cost);
  CHECK(said.cost->cost.total.to_string() == "0.221666725");
  CHECK(said.cost->cost.provider_seconds->to_string() == "175");
  REQUIRE(said.cost->cost.items.size() == 2);
  CHECK(said.cost->cost.items[0].product == "elevenlabs_tts");
  CHECK(said.cost->cost.items[0].cost.to_string() == "0.204166725");
  CHECK(said.cost->cost.items[0].unit_price->to_string() == "0.001166667");
  CHECK_FALSE(said.analysis);
  REQUIRE(said.transcript_json);
  CHECK(said.transcript_json->front() == '[');
  CHECK(body.find(*said.transcript_json) != std::string::npos);
}

TEST_CASE("call_analyzed of the contract gives the analysis, its own data as sent") {
  const auto said = read(sample("retell_call_analyzed")).value();
  REQUIRE(said.analysis);
  CHECK(said.analysis->analysis.user_sentiment == "Positive");
  CHECK(said.analysis->analysis.call_successful == true);
  CHECK(said.analysis->analysis.in_voicemail == false);
  CHECK(said.analysis->analysis.custom_json->find("calcom_booking_uid") != std::string::npos);
  CHECK(said.analysis->digest.str().size() == 64);
}

TEST_CASE("a call that never connected has a reason and no start") {
  const auto said = read(sample("retell_call_ended_not_connected")).value();
  CHECK(said.facts.status == CallStatus("not_connected"));
  CHECK(said.facts.disconnection_reason == "dial_no_answer");
  CHECK_FALSE(said.facts.started_at);
}

TEST_CASE("a wrong type in a field that is needed is refused by its path") {
  check_refused(R"("end_timestamp":"now")", "wrong_type", "/call/end_timestamp");
  check_refused(R"("duration_ms":1.5)", "wrong_type", "/call/duration_ms");
  check_refused(R"("agent_id":7)", "wrong_type", "/call/agent_id");
  check_refused(R"("call_cost":"12")", "wrong_type", "/call/call_cost");
  check_refused(R"("call_cost":{"combined_cost":"12"})", "wrong_type",
                "/call/call_cost/combined_cost");
  check_refused(
      R"("call_cost":{"combined_cost":1,"product_costs":[{"product":"a","cost":1},{"product":"b","cost":[]}]})",
      "wrong_type", "/call/call_cost/product_costs/1/cost");
  check_refused(R"("call_cost":{"product_costs":[]})", "missing_field",
                "/call/call_cost/combined_cost");
  check_refused(R"("call_analysis":[1])", "wrong_type", "/call/call_analysis");
  check_refused(R"("call_analysis":{"call_successful":"yes"})", "wrong_type",
                "/call/call_analysis/call_successful");
  check_refused(R"("start_timestamp":-1)", "out_of_range", "/call/start_timestamp");
  check_refused(R"("transcript_object":{})", "wrong_type", "/call/transcript_object");
  check_refused(R"("agent_id":"a\u0000b")", "not_storable", "/call/agent_id");
}

TEST_CASE("a body without a call, a call without an id, and what is no JSON are refused") {
  CHECK(read("{}").error().field == "/call");
  CHECK(read(R"({"call":[]})").error().code == "wrong_type");
  CHECK(read(R"({"call":{"agent_id":"a"}})").error().field == "/call/call_id");
  CHECK(read(R"({"call":{"call_id":")" + std::string(257, 'x') + R"("}})").error().code ==
        "too_long");
  CHECK(read("nonsense").error().code == "not_json");
}

TEST_CASE("a webhook without a tenant is refused") {
  auto envelope = envelope_for("call_ended", "{}");
  envelope.tenant.reset();
  CHECK(webhook_facts(R"({"call":{"call_id":"c"}})", envelope).error().code == "no_tenant");
}

TEST_CASE(
    "no cost and no analysis when the provider sends empty ones; a cost of nothing is a cost") {
  CHECK_FALSE(read(call_with(R"("call_cost":{},"call_analysis":{})")).value().cost);
  CHECK_FALSE(read(call_with(R"("call_cost":null,"call_analysis":null)")).value().analysis);
  const auto free =
      read(call_with(R"("call_cost":{"combined_cost":0,"product_costs":[]})")).value();
  REQUIRE(free.cost);
  CHECK(free.cost->cost.total == Decimal{});
}

TEST_CASE("custom analysis data may be {} or [], and mean the same") {
  const auto object = read(call_with(R"("call_analysis":{"custom_analysis_data":{}})")).value();
  const auto array = read(call_with(R"("call_analysis":{"custom_analysis_data":[]})")).value();
  REQUIRE(object.analysis);
  REQUIRE(array.analysis);
  CHECK(object.analysis->digest == array.analysis->digest);
  CHECK(array.analysis->analysis.custom_json == "[]");
}

TEST_CASE("the same analysis written otherwise is the same content, another one is not") {
  const auto digest = [](const std::string& analysis) {
    return read(call_with("\"call_analysis\":" + analysis)).value().analysis->digest;
  };
  const auto one = digest(R"({"call_summary":"Wei\u00df","custom_analysis_data":{"a":1,"b":"x"}})");
  CHECK(
      one ==
      digest(
          R"({ "custom_analysis_data": {"b":"x", "a":1}, "call_summary":"Weiß", "new_field": 3 })"));
  CHECK(one != digest(R"({"call_summary":"Weiß","custom_analysis_data":{"a":2,"b":"x"}})"));
  CHECK(one != digest(R"({"call_summary":"Weiss","custom_analysis_data":{"a":1,"b":"x"}})"));
}

TEST_CASE("withheld callers are nobody") {
  for (const auto* caller : {"anonymous", "Anonymous", "UNKNOWN", "+266696687", ""}) {
    CHECK_FALSE(read(call_with("\"from_number\":\"" + std::string(caller) + "\""))
                    .value()
                    .facts.from_number);
  }
}

TEST_CASE("the richest transcript there is gets kept, as sent") {
  const auto kept = [](const std::string& members) {
    const auto said = read(call_with(members)).value();
    return said.transcript_json ? std::string(*said.transcript_json) : std::string("none");
  };
  CHECK(kept(R"("transcript":"Hi","transcript_object":[ 1 ],"transcript_with_tool_calls":[ 2 ])") ==
        "[ 2 ]");
  CHECK(kept(R"("transcript":"Hi","transcript_object":[ 1 ],"transcript_with_tool_calls":[])") ==
        "[ 1 ]");
  CHECK(kept(R"("transcript":"Hi")") == R"("Hi")");
  CHECK(kept(R"("transcript":"")") == "none");
}

TEST_CASE("a timestamp of the event counts when it is there") {
  auto body = call_with(R"("agent_id":"a")");
  CHECK(read(body).value().event_timestamp_ms == 0);
  CHECK(read(with(body, "{\"event\"", "{\"event_timestamp\":17,\"event\""))
            .value()
            .event_timestamp_ms == 17);
}

}  // namespace hookswitch::call_processing::testing
