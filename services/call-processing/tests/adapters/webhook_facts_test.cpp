#include "adapters/webhook_facts.hpp"

#include "support/deliveries.hpp"

#include <catch2/catch.hpp>

namespace hookswitch::call_processing::testing {
namespace {

Result<CallWebhook> read(const std::string& body) {
  static std::string kept;  // the transcript is a view into it
  kept = body;
  IgnoredFields ignored;
  return webhook_facts(kept, envelope_for("call_ended", kept), ignored);
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

TEST_CASE("a wrong type in an instant, a duration or an amount is refused by its path") {
  check_refused(R"("end_timestamp":"now")", "wrong_type", "/call/end_timestamp");
  check_refused(R"("duration_ms":1.5)", "wrong_type", "/call/duration_ms");
  check_refused(R"("duration_ms":"three minutes")", "wrong_type", "/call/duration_ms");
  check_refused(R"("call_cost":"12")", "wrong_type", "/call/call_cost");
  check_refused(R"("call_cost":{"combined_cost":"12"})", "wrong_type",
                "/call/call_cost/combined_cost");
  check_refused(
      R"("call_cost":{"combined_cost":1,"product_costs":[{"product":"a","cost":1},{"product":"b","cost":[]}]})",
      "wrong_type", "/call/call_cost/product_costs/1/cost");
  check_refused(R"("call_cost":{"product_costs":[]})", "missing_field",
                "/call/call_cost/combined_cost");
}

TEST_CASE("an instant outside 2000 to 2100 is refused by its path, the first and last are taken") {
  for (const std::string name : {"start_timestamp", "end_timestamp", "transfer_end_timestamp"}) {
    for (const std::string ms :
         {"-1", "0", "1795421648", "946684799999", "4102444800001", "9223372036854775807"}) {
      check_refused("\"" + name + "\":" + ms, "out_of_range", "/call/" + name);
    }
  }
  const auto said =
      read(call_with(R"("start_timestamp":946684800000,"end_timestamp":4102444800000)")).value();
  CHECK(said.facts.started_at == from_epoch_ms(946'684'800'000));
  CHECK(said.facts.ended_at == from_epoch_ms(4'102'444'800'000));
}

TEST_CASE("a duration below nothing or above 31 days is refused by its path, 31 days are taken") {
  for (const std::string ms : {"-1", "2678400001", "9223372036854775807"}) {
    check_refused("\"duration_ms\":" + ms, "out_of_range", "/call/duration_ms");
  }
  for (const std::string seconds : {"-0.5", "2678400.001", "9e11"}) {
    check_refused(R"("call_cost":{"combined_cost":1,"total_duration_seconds":)" + seconds + "}",
                  "out_of_range", "/call/call_cost/total_duration_seconds");
  }
  const auto said = read(call_with(R"("duration_ms":2678400000,)"
                                   R"("call_cost":{"combined_cost":1,"total_duration_seconds":0})"))
                        .value();
  CHECK(said.facts.duration == Milliseconds{2'678'400'000});
  CHECK(said.cost->cost.provider_seconds == Decimal{});
}

TEST_CASE("amounts may be credits, but not a thousand million dollars") {
  const auto credit =
      read(
          call_with(
              R"("call_cost":{"combined_cost":-99999999999.9,"product_costs":[{"product":"a","cost":-5}]})"))
          .value();
  CHECK(credit.cost->cost.total.to_string() == "-999999999.999");
  CHECK(credit.cost->cost.items.at(0).cost.to_string() == "-0.05");
  for (const std::string cents : {"100000000000", "-1e11", "1e14"}) {
    check_refused(R"("call_cost":{"combined_cost":)" + cents + "}", "out_of_range",
                  "/call/call_cost/combined_cost");
  }
}

TEST_CASE("an amount with more places than can be kept is refused by its path") {
  const auto cost = [](const std::string& total, const std::string& item, const std::string& unit) {
    return R"("call_cost":{"combined_cost":)" + total +
           R"(,"product_costs":[{"product":"a","cost":)" + item + R"(,"unit_price":)" + unit +
           "}]}";
  };
  check_refused(cost("1e-64", "1", "1"), "not_exact", "/call/call_cost/combined_cost");
  check_refused(cost("1e-29", "1", "1"), "not_exact", "/call/call_cost/combined_cost");
  check_refused(cost("1e15", "1", "1"), "not_exact", "/call/call_cost/combined_cost");
  check_refused(cost("1e-65", "1", "1"), "not_exact", "/call/call_cost/combined_cost");
  check_refused(cost("1", "1e-29", "1"), "not_exact", "/call/call_cost/product_costs/0/cost");
  check_refused(cost("1", "1", "1e-29"), "not_exact", "/call/call_cost/product_costs/0/unit_price");
  check_refused(R"("call_cost":{"combined_cost":1,"total_duration_seconds":1e-31})", "not_exact",
                "/call/call_cost/total_duration_seconds");
  CHECK(read(call_with(cost("1e-28", "1e-28", "1e-28"))).value().cost->cost.total ==
        Decimal(1, -30));
}

TEST_CASE("an odd field that decides nothing is absent and noted, and the webhook is not lost") {
  const auto ignored = [](const std::string& members) {
    IgnoredFields fields;
    const auto body = call_with(members);
    const auto said = webhook_facts(body, envelope_for("call_ended", body), fields);
    INFO(members);
    REQUIRE(said.has_value());
    CHECK(said.value().call_id.str() == "call_1");
    return fields;
  };
  for (const std::string name :
       {"call_type", "direction", "call_status", "agent_id", "agent_version", "from_number",
        "to_number", "disconnection_reason", "recording_url", "recording_multi_channel_url",
        "transcript", "transcript_object", "transcript_with_tool_calls", "call_analysis"}) {
    CHECK(ignored("\"" + name + "\":true") == IgnoredFields{"/call/" + name});
  }
  for (const std::string name : {"call_summary", "user_sentiment", "call_successful",
                                 "in_voicemail", "custom_analysis_data"}) {
    CHECK(ignored("\"call_analysis\":{\"" + name + "\":7}") ==
          IgnoredFields{"/call/call_analysis/" + name});
  }
  CHECK(ignored(R"("agent_id":"agent_1","surprise":[1])").empty());
}

TEST_CASE("an analysis with one odd field keeps the others") {
  const auto said =
      read(
          call_with(
              R"("call_analysis":{"call_successful":"yes","call_summary":"Weiß","custom_analysis_data":5})"))
          .value();
  REQUIRE(said.analysis);
  CHECK(said.analysis->analysis.summary == "Weiß");
  CHECK_FALSE(said.analysis->analysis.call_successful);
  CHECK_FALSE(said.analysis->analysis.custom_json);
  const auto without = read(call_with(R"("call_analysis":{"call_summary":"Weiß"})")).value();
  CHECK(said.analysis->digest == without.analysis->digest);
}

TEST_CASE(
    "a NUL character in a text is replaced, for the database takes none; in an id it is not") {
  IgnoredFields fields;
  const auto body =
      call_with(R"("disconnection_reason":"a\u0000b","call_analysis":{"call_summary":"\u0000c"})");
  const auto said = webhook_facts(body, envelope_for("call_ended", body), fields).value();
  CHECK(said.facts.disconnection_reason == "a\uFFFDb");
  CHECK(said.analysis->analysis.summary == "\uFFFDc");
  CHECK(fields == IgnoredFields{"/call/disconnection_reason", "/call/call_analysis/call_summary"});
  const auto refused = read(R"({"call":{"call_id":"c\u0000"}})");
  CHECK(refused.error().code == "not_storable");
  CHECK(refused.error().field == "/call/call_id");
  CHECK(read(R"({"call":{"call_id":7}})").error().code == "wrong_type");
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
  IgnoredFields ignored;
  CHECK(webhook_facts(R"({"call":{"call_id":"c"}})", envelope, ignored).error().code ==
        "no_tenant");
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
  // A customer may call a field as a transcript is called.
  CHECK(digest(R"({"custom_analysis_data":{"transcript_object":["a"]}})") !=
        digest(R"({"custom_analysis_data":{"transcript_object":["b"]}})"));
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

TEST_CASE("a timestamp of the event counts when it is there, and an odd one is none") {
  const auto stamped = [](const std::string& timestamp) {
    return read(with(call_with(R"("agent_id":"a")"), "{\"event\"",
                     "{\"event_timestamp\":" + timestamp + ",\"event\""))
        .value()
        .event_timestamp_ms;
  };
  CHECK(read(call_with(R"("agent_id":"a")")).value().event_timestamp_ms == 0);
  CHECK(stamped("1795421900001") == 1'795'421'900'001);
  for (const std::string odd : {"\"now\"", "-1", "17", "1.5", "9223372036854775807", "[]"}) {
    CHECK(stamped(odd) == 0);
  }
}

}  // namespace hookswitch::call_processing::testing
