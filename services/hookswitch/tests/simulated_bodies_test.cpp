#include "simulation/call_body.hpp"
#include "simulation/deliveries.hpp"
#include "simulation/simulated_tenants.hpp"

#include <hookswitch/json/document.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <set>

using namespace hookswitch;
using namespace hookswitch::cli;

namespace {

const std::vector<SimulatedTenant> tenants{
    {"lindenhof", "Praxis Lindenhof", {"+493023125017"}, {"agent_1"}, {}},
    {"aurora", "Salon Aurora", {"+498921555012", "+498921555013"}, {}, {}}};

SimulationOptions run(std::size_t count, std::uint64_t seed) {
  SimulationOptions options;
  options.count = count;
  options.seed = seed;
  options.day = from_epoch_ms(1'795'417'200'000);  // 2026-11-23T07:00:00Z
  options.corrections = 20;
  return options;
}

std::vector<std::string> bodies(const SimulationOptions& options) {
  std::vector<std::string> all;
  for (const auto& call : plan_calls(options, tenants)) {
    for (const auto kind : call.webhooks()) {
      all.push_back(body_of(call, kind, tenants[call.tenant]));
    }
  }
  return all;
}

}  // namespace

TEST_CASE("the same seed gives the same bodies, another one none of them") {
  const auto first = bodies(run(40, 7));
  CHECK(first == bodies(run(40, 7)));
  auto others = bodies(run(40, 8));
  for (const auto& body : first) {
    CHECK(std::find(others.begin(), others.end(), body) == others.end());
  }
}

TEST_CASE("a call does not depend on how many there are, nor on how they are sent") {
  auto options = run(40, 7);
  const auto many = bodies(options);
  options.count = 10;
  options.duplicates = 50;
  options.shuffle = true;
  const auto few = bodies(options);
  CHECK(std::equal(few.begin(), few.end(), many.begin()));
  options.corrections = 60;  // shapes bodies: other calls, so that no id stands for two of them
  std::set<std::string> ids;
  for (const auto& call : plan_calls(run(40, 7), tenants)) ids.insert(call.id);
  for (const auto& call : plan_calls(options, tenants)) CHECK(ids.count(call.id) == 0);
}

TEST_CASE("every body is JSON of 1 to 25 KB with what routing and merging need") {
  for (const auto& call : plan_calls(run(400, 1), tenants)) {
    const auto& tenant = tenants[call.tenant];
    for (const auto kind : call.webhooks()) {
      const auto body = body_of(call, kind, tenant);
      CHECK(body.size() >= 1000);
      CHECK(body.size() <= 25 * 1024);
      const auto document = json::Document::parse(body);
      REQUIRE(document.has_value());
      CHECK(document->root()["event"].string().value() == to_string(kind));
      const auto said = document->root()["call"];
      CHECK(said["call_id"].string().value() == call.id);
      CHECK(said["start_timestamp"].present() == call.connected());
      const auto ours = call.what == CallClass::inbound ? "to_number" : "from_number";
      if (call.what == CallClass::web) {
        CHECK_FALSE(said[ours].present());
        CHECK(said["agent_id"].string().value() == "agent_1");
      } else {
        const std::string number(said[ours].string().value());
        CHECK(std::count(tenant.numbers.begin(), tenant.numbers.end(), number) == 1);
      }
    }
  }
}

TEST_CASE("all classes of calls occur, and a company without an agent has no web calls") {
  std::map<CallClass, int> seen;
  std::size_t corrected = 0;
  for (const auto& call : plan_calls(run(400, 1), tenants)) {
    ++seen[call.what];
    if (call.what == CallClass::web) CHECK(call.tenant == 0);
    corrected += call.corrected ? 1 : 0;
  }
  for (const auto what :
       {CallClass::inbound, CallClass::outbound, CallClass::web, CallClass::not_connected}) {
    CHECK(seen[what] >= 10);
  }
  CHECK(corrected >= 40);
}

TEST_CASE("the words of a transcript follow each other in time") {
  const auto calls = plan_calls(run(20, 3), tenants);
  const auto call =
      std::find_if(calls.begin(), calls.end(), [](const auto& one) { return one.connected(); });
  REQUIRE(call != calls.end());
  const auto body = body_of(*call, CallWebhookKind::ended, tenants[call->tenant]);
  const auto document = json::Document::parse(body);
  REQUIRE(document.has_value());
  Decimal clock;
  std::string text;
  for (const auto& turn : document->root()["call"]["transcript_object"].elements()) {
    text += std::string(turn["role"].string().value() == "agent" ? "Agent: " : "User: ") +
            std::string(turn["content"].string().value()) + '\n';
    for (const auto& word : turn["words"].elements()) {
      CHECK(Decimal::compare(word["start"].decimal().value(), clock) >= 0);
      clock = word["end"].decimal().value();
    }
  }
  CHECK(document->root()["call"]["transcript"].string().value() == text);
  CHECK(Decimal::compare(clock, Decimal(call->duration.count(), -3)) < 0);
}

TEST_CASE("a large call's body has about 1 MB and is within what JSON may have") {
  auto options = run(3, 5);
  options.large = 100;
  for (const auto& call : plan_calls(options, tenants)) {
    if (!call.connected()) continue;
    const auto body = body_of(call, CallWebhookKind::analyzed, tenants[call.tenant]);
    CHECK(body.size() > 900'000);
    CHECK(body.size() < 1'500'000);
    CHECK(json::Document::parse(body).has_value());
  }
}

TEST_CASE("the items of a cost are its sum, and a correction adds to it") {
  for (const auto& call : plan_calls(run(100, 1), tenants)) {
    for (const auto kind : call.webhooks()) {
      const auto cost = cost_said(call, kind);
      CHECK(cost.has_value() == (call.connected() && kind != CallWebhookKind::started));
      if (!cost) continue;
      std::int64_t sum_e7 = 0;
      for (const auto& item : cost->items) {
        std::int64_t e7 = item.cost.coefficient();
        for (auto e = item.cost.exponent(); e > -7; --e) e7 *= 10;
        sum_e7 += e7;
      }
      CHECK(cost->combined == Decimal(sum_e7, -7));
    }
    if (!call.connected()) {
      CHECK_FALSE(final_cost(call));
    } else if (call.corrected) {
      const auto before = cost_said(call, CallWebhookKind::analyzed).value_or(WebhookCost{});
      CHECK(Decimal::compare(final_cost(call).value_or(Decimal{}), before.combined.shifted(-2)) >
            0);
    }
  }
}

TEST_CASE("without shuffle each call's webhooks come in order, and repeats after the first") {
  auto options = run(100, 2);
  options.duplicates = 30;
  const auto calls = plan_calls(options, tenants);
  const auto ordered = order_deliveries(options, calls);
  CHECK(ordered == order_deliveries(options, calls));
  std::map<std::size_t, std::vector<CallWebhookKind>> sent;
  std::size_t repeats = 0;
  for (const auto& delivery : ordered) {
    auto& kinds = sent[delivery.call];
    if (delivery.repeat) {
      ++repeats;
      CHECK(std::find(kinds.begin(), kinds.end(), delivery.kind) != kinds.end());
    } else {
      kinds.push_back(delivery.kind);
    }
  }
  CHECK(repeats > 50);
  for (std::size_t i = 0; i < calls.size(); ++i) CHECK(sent[i] == calls[i].webhooks());
  options.shuffle = true;
  auto shuffled = order_deliveries(options, calls);
  CHECK(shuffled != ordered);
  CHECK(std::is_permutation(shuffled.begin(), shuffled.end(), ordered.begin(), ordered.end()));
}

TEST_CASE("tenants come from the workspace, by name, or as they are given") {
  Directory directory;
  for (const auto* id : {"anton", "berta", "caesar"}) {
    directory.companies[id].set_id(id);
    directory.companies[id].set_name("Firma " + std::string(id));
  }
  directory.numbers["+491"].add_ownerships()->set_company_id("anton");
  auto& moved = directory.numbers["+492"];
  moved.add_ownerships()->set_company_id("anton");
  moved.mutable_ownerships(0)->set_until_ms(1000);
  moved.add_ownerships()->set_company_id("berta");
  moved.mutable_ownerships(1)->set_from_ms(1000);
  directory.workspaces["default"].add_company_ids("anton");
  directory.workspaces["default"].add_company_ids("berta");
  directory.workspaces["default"].add_company_ids("caesar");
  directory.plans["p"].set_company_id("anton");
  directory.plans["p"].set_per_minute_e6(150'000);
  directory.plans["q"].set_company_id("anton");  // the least id counts
  directory.plans["q"].set_per_minute_e6(1);
  const auto day = from_epoch_ms(2000);
  const auto all = choose_tenants(directory, "default", day, {});
  REQUIRE(all.has_value());
  REQUIRE(all->size() == 2);  // caesar has no number
  CHECK(all->at(0).numbers == std::vector<std::string>{"+491"});
  REQUIRE(all->at(0).plan.size() == 1);
  CHECK(all->at(0).plan[0].version == 1);
  CHECK(all->at(0).plan[0].per_minute_e6 == 150'000);
  CHECK(all->at(1).plan.empty());
  CHECK(all->at(1).numbers == std::vector<std::string>{"+492"});
  const auto given = choose_tenants(directory, "default", day, {"berta", "nobody=+493/agent_9"});
  REQUIRE(given.has_value());
  CHECK(given->at(0).name == "Firma berta");
  CHECK(given->at(1).id == "nobody");
  CHECK(given->at(1).numbers == std::vector<std::string>{"+493"});
  CHECK(given->at(1).agents == std::vector<std::string>{"agent_9"});
  for (const std::vector<std::string>& wanted :
       std::vector<std::vector<std::string>>{{"dora"}, {"caesar"}}) {
    CHECK_FALSE(choose_tenants(directory, "default", day, wanted).has_value());
  }
  CHECK_FALSE(choose_tenants(directory, "elsewhere", day, {}).has_value());
}
