#include "support/webhooks.hpp"

#include <catch2/catch.hpp>

// Every state that a call can be in × every webhook that can come: what is told, and where the call
// is then.

namespace hookswitch::call_processing::testing {
namespace {

struct Row {
  std::string given;
  std::vector<Sent> before;
  std::string comes;
  Sent webhook;
  std::vector<std::string> told;
  Lifecycle then;
};

Sent analyzed_not_connected() {
  auto sent = not_connected("analyzed_not_connected");
  sent.use_case = on_call_analyzed;
  sent.webhook.analysis = analysis("Nobody answered.");
  sent.webhook.event_timestamp_ms = 1;  // the later of two analyses
  return sent;
}

using L = Lifecycle;
const std::vector<std::string> nothing;

std::vector<Row> rows_for(const std::string& given, const std::vector<Sent>& before,
                          const std::vector<std::pair<std::vector<std::string>, L>>& expected) {
  return {
      {given, before, "call_started", started("s2"), expected[0].first, expected[0].second},
      {given, before, "call_ended", ended("e2"), expected[1].first, expected[1].second},
      {given, before, "call_analyzed", analyzed("a2"), expected[2].first, expected[2].second},
      {given, before, "call_ended (not connected)", not_connected("n2"), expected[3].first,
       expected[3].second},
      {given, before, "call_analyzed (not connected)", analyzed_not_connected(), expected[4].first,
       expected[4].second},
  };
}

std::vector<Row> table() {
  std::vector<Row> rows;
  const auto add = [&](std::vector<Row> more) {
    rows.insert(rows.end(), more.begin(), more.end());
  };
  add(rows_for("nothing", {},
               {{{"CallStarted"}, L::ongoing},
                {{"CallStarted", "CallEnded", "CallCostReported"}, L::ended},
                {{"CallStarted", "CallEnded", "CallAnalyzed", "CallCostReported"}, L::analyzed},
                {{"CallNotConnected"}, L::not_connected},
                {{"CallNotConnected", "CallAnalyzed"}, L::analyzed}}));
  add(rows_for("ongoing", {started()},
               {{nothing, L::ongoing},
                {{"CallEnded", "CallCostReported"}, L::ended},
                {{"CallEnded", "CallAnalyzed", "CallCostReported"}, L::analyzed},
                {{"CallNotConnected"}, L::not_connected},
                {{"CallNotConnected", "CallAnalyzed"}, L::analyzed}}));
  add(rows_for("ended", {started(), ended()},
               {{nothing, L::ended},
                {nothing, L::ended},
                {{"CallAnalyzed", "CallCostReported"}, L::analyzed},
                {{"CallNotConnected"}, L::ended},
                {{"CallNotConnected", "CallAnalyzed"}, L::analyzed}}));
  add(rows_for("not connected", {not_connected()},
               {{{"CallStarted"}, L::not_connected},
                {{"CallStarted", "CallEnded", "CallCostReported"}, L::ended},
                {{"CallStarted", "CallEnded", "CallAnalyzed", "CallCostReported"}, L::analyzed},
                {nothing, L::not_connected},
                {{"CallAnalyzed"}, L::analyzed}}));
  add(rows_for("analyzed", {started(), ended(), analyzed()},
               {{nothing, L::analyzed},
                {nothing, L::analyzed},
                {nothing, L::analyzed},
                {{"CallNotConnected"}, L::analyzed},
                {{"CallNotConnected", "CallAnalyzed"}, L::analyzed}}));
  return rows;
}

}  // namespace

TEST_CASE("every state meets every webhook as the table says") {
  for (const auto& row : table()) {
    DYNAMIC_SECTION("given " << row.given << ", comes " << row.comes) {
      auto call = fresh_call();
      apply(call, row.before);
      const auto told = apply(call, {row.webhook});
      CHECK(names_of(told) == row.told);
      CHECK(call.lifecycle() == row.then);
    }
  }
}

TEST_CASE("a second analysis is told when it is from the better source, and only then") {
  auto call = fresh_call();
  auto first = analyzed("first");
  auto second = analyzed("second");
  second.webhook.analysis = analysis("Nobody answered.");
  second.webhook.event_timestamp_ms = 5;
  CHECK(apply(call, {first}).size() == 4);
  CHECK(names_of(apply(call, {second})) == std::vector<std::string>{"CallAnalyzed"});
  CHECK(apply(call, {first}).empty());
}

TEST_CASE("the sequence counts the events of a call without a gap") {
  auto call = fresh_call();
  const auto told = apply(call, {started(), ended(), analyzed()});
  REQUIRE(told.size() == 5);
  for (std::size_t i = 0; i < told.size(); ++i) {
    CHECK(told[i].sequence == static_cast<std::int64_t>(i + 1));
  }
  CHECK(call.state().version == 5);
}

TEST_CASE("a status only goes up, whichever webhook comes last") {
  auto call = fresh_call();
  auto late = analyzed();
  late.webhook.facts.status = CallStatus("ongoing");
  apply(call, {ended(), late});
  CHECK(call.state().facts.status->value.str() == "ended");
}

TEST_CASE("words that the provider invents tomorrow pass through") {
  auto call = fresh_call();
  auto sent = ended();
  sent.webhook.facts.disconnection_reason = "abducted_by_aliens";
  sent.webhook.facts.call_type = "hologram_call";
  sent.webhook.facts.status = CallStatus("levitating");
  const auto told = apply(call, {sent});
  const auto& event = std::get<CallEnded>(told.at(1).event);
  CHECK(event.disconnection_reason == "abducted_by_aliens");
  CHECK(event.parties.call_type == "hologram_call");
  CHECK(event.call_status == "levitating");
}

TEST_CASE(
    "the provider's duration holds; without one it is end minus start, and nothing when that is "
    "negative") {
  auto with = ended("with");
  auto without = ended("without");
  without.webhook.facts.duration.reset();
  auto backwards = without;
  backwards.webhook.facts.ended_at = from_epoch_ms(1);
  auto a = fresh_call();
  auto b = fresh_call();
  auto c = fresh_call();
  apply(a, {with});
  apply(b, {without});
  apply(c, {backwards});
  CHECK(a.duration() == Milliseconds{174'250});
  CHECK(b.duration() == Milliseconds{174'250});
  CHECK(c.duration() == std::nullopt);
  CHECK(c.state().facts.ended_at->value == from_epoch_ms(1));
}

TEST_CASE("rule 4 tenants: another tenant's webhook changes nothing") {
  auto call = fresh_call();
  apply(call, {started()});
  const auto before = call.state();
  auto foreign = ended();
  foreign.webhook.tenant = TenantId("aurora");
  const auto refused = foreign.use_case(call, foreign.webhook);
  REQUIRE(refused.has_error());
  CHECK(refused.error().code == "tenant_mismatch");
  CHECK(call.state() == before);
}

TEST_CASE("an end that lies months behind the start gives no duration") {
  auto call = fresh_call();
  auto sent = ended();
  sent.webhook.facts.duration.reset();
  sent.webhook.facts.ended_at = *sent.webhook.facts.started_at + Milliseconds{2'678'400'000};
  apply(call, {sent});
  CHECK(call.duration() == Milliseconds{2'678'400'000});
  auto later = ended("later");
  later.webhook.facts.duration.reset();
  later.webhook.event_timestamp_ms = 1;
  later.webhook.facts.ended_at = *sent.webhook.facts.ended_at + Milliseconds{1};
  apply(call, {later});
  CHECK_FALSE(call.duration());
}

}  // namespace hookswitch::call_processing::testing
