#include "simulation/call_ledger.hpp"

#include "simulation/call_summary.hpp"

#include <hookswitch/billing/v1/billing_events.pb.h>
#include <hookswitch/calls/v1/call_events.pb.h>
#include <hookswitch/json/document.hpp>

#include <catch2/catch.hpp>

using namespace hookswitch;
using namespace hookswitch::cli;

namespace {

namespace proto = hookswitch::calls::v1;
namespace billing_proto = hookswitch::billing::v1;

const std::vector<SimulatedTenant> tenants{
    {"anton", "Anton", {"+491"}, {"agent_1"}, {{1, {}, "EUR", 150'000, 60, 60, 0, 0}}}};

std::vector<SimulatedCall> calls() {
  SimulatedCall connected;
  connected.id = "call_1";
  connected.duration = Milliseconds{60'000};
  connected.sentiment = "Neutral";
  connected.corrected = true;
  auto busy = connected;
  busy.id = "call_2";
  busy.what = CallClass::not_connected;
  return {connected, busy};
}

Decimal last_cost_of(const SimulatedCall& call) { return final_cost(call).value_or(Decimal{}); }

/// A ledger and the topics that fill it.
struct World {
  explicit World(bool billed = false) : ledger(all, tenants, billed) {}

  template <class Message>
  bool tell(const std::string& call, Message message, const std::string& id = "",
            const std::string& tenant = "anton") {
    message.set_call_id(call);
    const auto type = std::string(message.GetTypeName());
    return ledger.take(events::make_inbound(
        {"hookswitch.calls.v1",
         call,
         message.SerializeAsString(),
         {{"ce_type", type}, {"ce_id", id.empty() ? type : id}, {"ce_tenantid", tenant}}},
        0, offset++));
  }
  bool cost(std::int32_t revision, const Decimal& total) {
    proto::CallCostReported event;
    event.set_revision(revision);
    event.mutable_total()->set_coefficient(total.coefficient());
    event.mutable_total()->set_exponent(total.exponent());
    return tell("call_1", event, "cost_" + std::to_string(revision));
  }
  bool analyzed(const std::string& call, const std::string& sentiment) {
    proto::CallAnalyzed event;
    event.set_revision(1);
    event.set_user_sentiment(sentiment);
    return tell(call, event);
  }
  void tell_everything() {
    tell("call_1", proto::CallStarted());
    tell("call_1", proto::CallEnded());
    analyzed("call_1", "Neutral");
    cost(2, last_cost_of(all[0]));
    tell("call_2", proto::CallNotConnected());
    analyzed("call_2", "Neutral");
  }
  template <class Message>
  bool tell_billing(const std::string& call, const Message& message, const std::string& id = "") {
    const auto type = std::string(message.GetTypeName());
    return ledger.take(events::make_inbound({"hookswitch.billing.v1",
                                             "anton",
                                             message.SerializeAsString(),
                                             {{"ce_type", type},
                                              {"ce_id", id.empty() ? type : id},
                                              {"ce_correlationid", call},
                                              {"ce_tenantid", "anton"}}},
                                            0, offset++));
  }

  std::vector<SimulatedCall> all = calls();
  CallLedger ledger;
  std::int64_t offset = 0;
};

/// A charge of call_1 at 0.15 EUR, with a cost in 10^-9 USD.
template <class Message>
Message charge(std::int32_t revision, std::int64_t cost_e9 = 0, std::int64_t net_e6 = 150'000) {
  Message event;
  event.set_revision(revision);
  event.set_plan_version(1);
  event.set_currency("EUR");
  event.set_net_e6(net_e6);
  event.set_billable_ms(60'000);
  if (cost_e9 == 0) return event;
  const Decimal cost(cost_e9, -9);
  event.set_cost_currency("USD");
  event.mutable_cost()->set_coefficient(cost.coefficient());
  event.mutable_cost()->set_exponent(cost.exponent());
  event.set_cost_e6((cost_e9 + 500) / 1000);
  return event;
}

billing_proto::ChargePriced charge_of_nothing() {
  auto event = charge<billing_proto::ChargePriced>(1, 0, 0);
  event.set_billable_ms(0);
  return event;
}

}  // namespace

TEST_CASE("a call is good once each event that it must have is there, with the last cost") {
  World world;
  CHECK_FALSE(world.ledger.settled());
  CHECK(world.ledger.verdict(0).fate == CallFate::incomplete);
  CHECK(world.ledger.verdict(0).why ==
        "lacks CallAnalyzed, CallCostReported, CallEnded, CallStarted");
  world.tell_everything();
  CHECK(world.ledger.verdict(0).fate == CallFate::good);
  CHECK(world.ledger.verdict(1).fate == CallFate::good);
  CHECK(world.ledger.settled());
}

TEST_CASE("an earlier revision that comes later, and a repeat, change nothing") {
  World world;
  world.tell_everything();
  CHECK(world.cost(1, Decimal(1, -2)));
  CHECK_FALSE(world.cost(2, Decimal(9, -2)));  // the same ce_id
  CHECK(world.ledger.verdict(0).fate == CallFate::good);
  CHECK(world.cost(3, Decimal(9, -2)));
  CHECK(world.ledger.verdict(0).fate == CallFate::incomplete);
  CHECK(world.ledger.verdict(0).why == "costs 0.09 instead of 0.09100002 USD");
}

TEST_CASE("what must not be is wrong, however complete the rest is") {
  World world;
  world.tell_everything();
  SECTION("under another tenant") {
    world.tell("call_1", proto::CallEnded(), "other", "berta");
    CHECK(world.ledger.verdict(0).why == "has events of another tenant: berta");
  }
  SECTION("told twice") {
    world.tell("call_1", proto::CallEnded(), "other");
    CHECK(world.ledger.verdict(0).why == "has CallEnded under several ids");
  }
  SECTION("never connected and yet ended") {
    world.tell("call_2", proto::CallEnded());
    CHECK(world.ledger.verdict(1).why == "must not have CallEnded");
  }
  CHECK((world.ledger.verdict(0).fate == CallFate::wrong ||
         world.ledger.verdict(1).fate == CallFate::wrong));
}

TEST_CASE("calls that nobody owns or that were not accepted are told apart from incomplete ones") {
  World world;
  CHECK(world.ledger.take(
      events::make_inbound({"hookswitch.webhooks.unresolved.v1", "call_1", "{}", {}}, 0, 0)));
  world.ledger.not_accepted(1);
  CHECK(world.ledger.verdict(0).fate == CallFate::unresolved);
  CHECK(world.ledger.verdict(1).fate == CallFate::not_accepted);
  CHECK(world.ledger.settled());
}

TEST_CASE("with billing, every call of a company with a plan has its charge, and only one") {
  World world(true);
  world.tell_everything();
  CHECK(world.ledger.verdict(0).why == "lacks ChargePriced, UsageRecorded");
  CHECK(world.ledger.verdict(1).why == "lacks ChargePriced, UsageRecorded");
  for (const auto* call : {"call_1", "call_2"}) {
    CHECK(world.tell_billing(call, billing_proto::UsageRecorded()));
  }
  CHECK(world.tell_billing("call_1", charge<billing_proto::ChargePriced>(1, 91'000'020)));
  CHECK(world.tell_billing("call_2", charge_of_nothing()));
  CHECK(world.ledger.verdict(0).why.empty());
  CHECK(world.ledger.verdict(0).fate == CallFate::good);
  CHECK(world.ledger.verdict(1).fate == CallFate::good);
  CHECK(world.tell_billing("call_1", charge<billing_proto::ChargePriced>(1, 91'000'020), "other"));
  CHECK(world.ledger.verdict(0).why == "has ChargePriced under several ids");
}

TEST_CASE("the last revision of a charge has the last cost, whichever comes last") {
  World world(true);
  world.tell_everything();
  world.tell_billing("call_1", billing_proto::UsageRecorded());
  world.tell_billing("call_1", charge<billing_proto::ChargePriced>(1));
  CHECK(world.ledger.verdict(0).fate == CallFate::incomplete);
  CHECK(world.ledger.verdict(0).why ==
        "has a charge with a cost of nothing instead of 0.09100002 USD");
  world.tell_billing("call_1", charge<billing_proto::ChargeRepriced>(3, 91'000'020), "third");
  CHECK(world.ledger.verdict(0).fate == CallFate::good);
  world.tell_billing("call_1", charge<billing_proto::ChargeRepriced>(2, 76'000'020), "second");
  CHECK(world.ledger.verdict(0).fate == CallFate::good);
  world.tell_billing("call_1", charge<billing_proto::ChargeRepriced>(4, 76'000'020), "fourth");
  CHECK(world.ledger.verdict(0).why ==
        "has a charge with a cost of 0.07600002 USD instead of 0.09100002 USD");
}

TEST_CASE("a charge that is off by a millionth is wrong, in whichever revision") {
  World world(true);
  world.tell_everything();
  world.tell_billing("call_1", billing_proto::UsageRecorded());
  world.tell_billing("call_1", charge<billing_proto::ChargePriced>(1, 0, 150'001));
  CHECK(world.ledger.verdict(0).fate == CallFate::wrong);
  CHECK(world.ledger.verdict(0).why == "is charged 0.150001 EUR instead of 0.15 EUR");
  world.tell_billing("call_1", charge<billing_proto::ChargeRepriced>(2, 91'000'020), "second");
  CHECK(world.ledger.verdict(0).fate == CallFate::wrong);
  world.tell_billing("call_2", billing_proto::UsageRecorded());
  world.tell_billing("call_2", charge<billing_proto::ChargePriced>(1));
  CHECK(world.ledger.verdict(1).why == "is charged 0.15 EUR instead of 0 EUR");
}

TEST_CASE("the summary counts by class and tenant, and names what went wrong") {
  World world;
  world.tell_everything();
  world.tell("call_2", proto::CallEnded());
  SimulationOptions options;
  options.seed = 7;
  const Simulation simulation{options, tenants, world.all, {}, false, true};
  CHECK_FALSE(all_good(simulation, world.ledger));
  const auto text = summary_json(simulation, world.ledger);
  const auto document = json::Document::parse(text);
  REQUIRE(document.has_value());
  const auto root = document->root();
  CHECK_FALSE(root["good"].boolean().value());
  CHECK(root["seed"].integer().value() == 7);
  CHECK(root["classes"]["inbound"]["good"].integer().value() == 1);
  CHECK(root["classes"]["not_connected"]["wrong"].integer().value() == 1);
  CHECK(root["tenants"]["anton"]["calls"].integer().value() == 2);
  CHECK(root["problems"].size() == 1);
  CHECK(root["problems"].at(0)["call_id"].string().value() == "call_2");
}

TEST_CASE("the summary tells ordinary bodies from large ones") {
  World world;
  SimulationOptions options;
  Simulation simulation{options, tenants, world.all, {}, false, true};
  simulation.sent.bytes = {1'000, 25'600, 25'601, 1'000'000};
  const auto text = summary_json(simulation, world.ledger);
  CHECK_THAT(text,
             Catch::Contains(R"("bytes":1052201,"body_bytes":{"ordinary":{"count":2,"least":1000,)"
                             R"("most":25600},"large":{"count":2,"least":25601,"most":1000000}})"));
  simulation.sent.bytes = {1'000};
  CHECK_THAT(summary_json(simulation, world.ledger), Catch::Contains(R"("large":{"count":0})"));
}

TEST_CASE("what the services have not read to the end is not good") {
  World world;
  world.tell_everything();
  const SimulationOptions options;
  CHECK(all_good({options, tenants, world.all, {}, false, true}, world.ledger));
  CHECK_FALSE(all_good({options, tenants, world.all, {}, false, false}, world.ledger));
}
