#include "adapters/billing_batch_handler.hpp"

#include "subscriptions.hpp"
#include "support/billing_store_memory.hpp"
#include "support/deliveries.hpp"

#include <hookswitch/billing/v1/billing_events.pb.h>

#include <catch2/catch.hpp>

#include <algorithm>

namespace hookswitch::billing::testing {
namespace {

namespace proto = hookswitch::billing::v1;
using Words = std::vector<std::string>;

std::vector<messaging::Outcome> handle(BillingTables& tables, const Batch& batch) {
  telemetry::Registry registry;
  BillingBatchHandler handler(subscriptions(),
                              std::make_unique<BillingStoreMemory>(
                                  tables, std::vector{TenantId("lindenhof"), TenantId("aurora")}),
                              BillingProbe(registry));
  return handler.handle(batch.deliveries(), from_epoch_ms(ended_at_ms + 1'000));
}

std::vector<messaging::Outcome> handle(BillingTables& tables,
                                       const events::OutboundRecord& record) {
  Batch batch;
  batch.add(record);
  return handle(tables, batch);
}

template <class Message>
Message message_in(const events::OutboundRecord& record) {
  Message message;
  REQUIRE(message.GetTypeName() == header_of(record, "ce_type"));
  REQUIRE(message.ParseFromString(record.value.value()));
  return message;
}

/// The latest charge of the tables' only call.
Charge last_charge(const BillingTables& tables) {
  REQUIRE(tables.usages.size() == 1);
  return tables.usages.begin()->second.state.charge.value();
}

}  // namespace

TEST_CASE("a plan and the demo call give a usage and a charge of 0.45 EUR") {
  BillingTables tables;
  Batch batch;
  batch.add(price_plan("lindenhof", 1, {{}}))
      .add(call_ended("call_1"))
      .add(call_cost("call_1", 1, "0.221666725"));
  const auto outcomes = handle(tables, batch);
  CHECK(words_of(outcomes) == Words{"UsageRecorded", "ChargePriced", "ChargeRepriced"});
  const auto records = emitted(outcomes);
  const auto usage = message_in<proto::UsageRecorded>(records.at(0));
  CHECK(usage.quantity_ms() == 174'250);
  CHECK(usage.connected());
  CHECK(usage.revision() == 1);
  const auto priced = message_in<proto::ChargePriced>(records.at(1));
  CHECK(priced.net_e6() == 450'000);
  CHECK(priced.currency() == "EUR");
  CHECK(priced.billable_ms() == 180'000);
  CHECK(priced.increments() == 3);
  CHECK(priced.plan_id() == "lindenhof");
  CHECK(priced.plan_version() == 1);
  CHECK_FALSE(priced.has_cost_e6());
  const auto repriced = message_in<proto::ChargeRepriced>(records.at(2));
  CHECK(repriced.revision() == 2);
  CHECK(repriced.delta_e6() == 0);
  CHECK(repriced.cost_currency() == "USD");
  CHECK(repriced.cost_e6() == 221'667);
  CHECK(repriced.cost().coefficient() == 221'666'725);
  CHECK_FALSE(repriced.has_margin_e6());
  CHECK(repriced.cause() == proto::REPRICING_CAUSE_PROVIDER_COST);
}

TEST_CASE("aurora's call costs 0.20 EUR in 60/1, to the millionth") {
  BillingTables tables;
  Batch batch;
  batch.add(price_plan("aurora", 1, {{0, "EUR", 200'000, 60, 1}}))
      .add(call_ended("call_1", 174'250, "aurora"));
  CHECK(message_in<proto::ChargePriced>(emitted(handle(tables, batch)).at(1)).net_e6() == 583'333);
}

TEST_CASE("events carry the envelope that the bus agrees on") {
  BillingTables tables;
  Batch batch;
  const auto ended = call_ended("call_1");
  batch.add(price_plan("lindenhof", 1, {{}})).add(ended);
  const auto records = emitted(handle(tables, batch));
  const auto id = call_usage_id(TenantId("lindenhof"), CallId("call_1")).to_string();
  REQUIRE(records.size() == 2);
  for (const auto& record : records) {
    CHECK(record.topic == "hookswitch.billing.v1");
    CHECK(record.key == id);
    CHECK(header_of(record, "ce_specversion") == "1.0");
    CHECK(header_of(record, "ce_source") == "hookswitch/billing");
    CHECK(header_of(record, "ce_subject") == id);
    CHECK(header_of(record, "ce_tenantid") == "lindenhof");
    CHECK(header_of(record, "ce_correlationid") == "call_1");
    CHECK(header_of(record, "ce_causationid") == header_of(ended, "ce_id"));
    CHECK(header_of(record, "ce_dataschema") == "hookswitch/billing/v1/billing_events.proto");
    CHECK(header_of(record, "content-type") == "application/protobuf");
    CHECK(header_of(record, "traceparent") == header_of(ended, "traceparent"));
    CHECK(header_of(record, "ce_time") == "2026-11-23T08:17:02.650Z");
  }
  CHECK(header_of(records[0], "ce_sequence") == "1");
  CHECK(header_of(records[1], "ce_sequence") == "2");
}

TEST_CASE("no plan yet: pending, and priced when the plan comes") {
  BillingTables tables;
  CHECK(words_of(handle(tables, call_ended("call_1"))) == Words{"UsageRecorded"});
  CHECK(words_of(handle(tables, call_ended("call_2"))) == Words{"UsageRecorded"});
  CHECK(words_of(handle(tables, call_ended("call_3", 60'000, "aurora"))) == Words{"UsageRecorded"});
  CHECK(words_of(handle(tables, price_plan("lindenhof", 1, {{}}))) ==
        Words{"ChargePriced", "ChargePriced"});
  CHECK(words_of(handle(tables, call_ended("call_4"))) == Words{"UsageRecorded", "ChargePriced"});
}

TEST_CASE("rule 5 who publishes: what a plan causes goes out where the call's events do") {
  BillingTables tables;
  Batch first;
  first.add(call_ended("call_1"), 7);
  handle(tables, first);
  Batch plan;
  plan.add(price_plan("lindenhof", 1, {{}}));
  const auto outcomes = handle(tables, plan);
  const auto& handled = std::get<messaging::Handled>(outcomes.at(0));
  CHECK(handled.emitted.empty());
  REQUIRE(handled.elsewhere.size() == 1);
  CHECK(handled.elsewhere[0].input == messaging::InputPartition{"hookswitch.calls.v1", 7});
  Batch cost;
  cost.add(call_cost("call_1", 1, "0.2"), 7);
  const auto later = handle(tables, cost);
  CHECK(std::get<messaging::Handled>(later.at(0)).emitted.size() == 1);
}

TEST_CASE("in one batch the events of a call go out in the order of their sequence") {
  BillingTables tables;
  Batch batch;
  batch.add(call_ended("call_1"))
      .add(price_plan("lindenhof", 1, {{}}))
      .add(call_cost("call_1", 1, "0.2"))
      .add(price_plan("lindenhof", 2, {{0, "EUR", 200'000}}))
      .add(call_cost("call_1", 2, "0.3"));
  std::vector<std::string> sequences;
  for (const auto& record : emitted(handle(tables, batch))) {
    sequences.push_back(header_of(record, "ce_sequence"));
  }
  CHECK(sequences == Words{"1", "2", "3", "4", "5"});
}

TEST_CASE("rule 1 same delivery: a batch that is handled again tells nothing") {
  BillingTables tables;
  Batch batch;
  batch.add(price_plan("lindenhof", 1, {{}}))
      .add(call_ended("call_1"))
      .add(call_not_connected("call_2"))
      .add(call_cost("call_1", 1, "0.2"));
  handle(tables, batch);
  const auto before = tables;
  CHECK(words_of(handle(tables, batch)).empty());
  CHECK(tables == before);
}

TEST_CASE("every order of end, costs and plan ends in the same tables, under one last id") {
  std::vector<events::OutboundRecord> records{call_ended("call_1"), call_cost("call_1", 1, "0.2"),
                                              call_cost("call_1", 2, "0.25"),
                                              price_plan("lindenhof", 1, {{0, "USD"}})};
  const auto by_id = [](const auto& a, const auto& b) {
    return header_of(a, "ce_id") < header_of(b, "ce_id");
  };
  std::sort(records.begin(), records.end(), by_id);
  std::optional<Charge> expected;
  std::map<std::string, std::set<std::string>> last_ids;
  int orders = 0;
  do {
    BillingTables tables;
    events::OutboundRecord last;
    for (const auto& record : records) {
      for (auto& told : emitted(handle(tables, record))) last = std::move(told);
    }
    if (!expected) expected = last_charge(tables);
    CHECK(last_charge(tables) == *expected);
    last_ids[header_of(last, "ce_type")].insert(header_of(last, "ce_id"));
    ++orders;
  } while (std::next_permutation(records.begin(), records.end(), by_id));
  CHECK(orders == 24);
  CHECK(expected->margin_e6 == 200'000);
  for (const auto& [type, ids] : last_ids) {
    INFO(type);
    CHECK(ids.size() == 1);
  }
}

TEST_CASE("a version that comes late prices the calls that ended under it anew") {
  BillingTables tables;
  handle(tables, price_plan("lindenhof", 1, {{}}));
  handle(tables, call_ended("call_1"));
  CHECK(words_of(handle(tables, price_plan("lindenhof", 2, {{}, {ended_at_ms + 1, "EUR", 1}})))
            .empty());
  const auto told =
      emitted(handle(tables, price_plan("lindenhof", 3, {{}, {ended_at_ms, "EUR", 100'000}})));
  REQUIRE(told.size() == 1);
  const auto repriced = message_in<proto::ChargeRepriced>(told[0]);
  CHECK(repriced.net_e6() == 300'000);
  CHECK(repriced.delta_e6() == -150'000);
  CHECK(repriced.cause() == proto::REPRICING_CAUSE_PRICE_PLAN);
  CHECK(header_of(told[0], "ce_causationid") ==
        header_of(price_plan("lindenhof", 3, {{}, {ended_at_ms, "EUR", 100'000}}), "ce_id"));
}

TEST_CASE("a plan that changes its currency claims no difference") {
  BillingTables tables;
  handle(tables, price_plan("lindenhof", 1, {{}}));
  handle(tables, call_ended("call_1"));
  const auto told = emitted(handle(tables, price_plan("lindenhof", 2, {{0, "CHF", 150'000}})));
  const auto repriced = message_in<proto::ChargeRepriced>(told.at(0));
  CHECK_FALSE(repriced.has_delta_e6());
  CHECK(repriced.previous_currency() == "EUR");
  CHECK(repriced.previous_net_e6() == 450'000);
}

TEST_CASE("a plan that is gone leaves later calls pending") {
  BillingTables tables;
  handle(tables, price_plan("lindenhof", 1, {{}}));
  handle(tables, with_header(plan_gone("lindenhof", 2), "ce_time", "2026-11-23T08:00:00Z"));
  CHECK(words_of(handle(tables, call_ended("call_1"))) == Words{"UsageRecorded"});
  CHECK(words_of(handle(tables, price_plan("lindenhof", 3, {{}}))) == Words{"ChargePriced"});
}

TEST_CASE("only call_ended, dial_no_answer: a usage of zero revenue, the cost kept") {
  BillingTables tables;
  Batch batch;
  batch.add(price_plan("lindenhof", 1, {{0, "USD"}}))
      .add(call_not_connected("call_1"))
      .add(call_cost("call_1", 1, "0.02"));
  const auto records = emitted(handle(tables, batch));
  REQUIRE(records.size() == 3);
  CHECK_FALSE(message_in<proto::UsageRecorded>(records[0]).connected());
  CHECK(message_in<proto::ChargePriced>(records[1]).net_e6() == 0);
  const auto repriced = message_in<proto::ChargeRepriced>(records[2]);
  CHECK(repriced.net_e6() == 0);
  CHECK(repriced.cost_e6() == 20'000);
  CHECK(repriced.margin_e6() == -20'000);
}

TEST_CASE("a call whose length nobody knows is charged with nothing, and counted") {
  BillingTables tables;
  telemetry::Registry registry;
  const BillingProbe probe(registry);
  BillingBatchHandler handler(
      subscriptions(),
      std::make_unique<BillingStoreMemory>(tables, std::vector{TenantId("lindenhof")}), probe);
  Batch batch;
  batch.add(price_plan("lindenhof", 1, {{}})).add(call_ended("call_1", std::nullopt));
  const auto records = emitted(handler.handle(batch.deliveries(), from_epoch_ms(0)));
  CHECK_FALSE(message_in<proto::UsageRecorded>(records.at(0)).has_quantity_ms());
  CHECK(message_in<proto::ChargePriced>(records.at(1)).net_e6() == 0);
  CHECK(probe.unmeasured_calls.value() == 1);
}

TEST_CASE("what nobody subscribes to is ignored, whatever it holds") {
  BillingTables tables;
  auto started = call_ended("call_1");
  started = with_header(started, "ce_type", "hookswitch.calls.v1.CallStarted");
  started.value = "\xff";
  auto company = price_plan("lindenhof", 1, {{}});
  company = with_header(company, "ce_type", "hookswitch.directory.v1.Company");
  Batch batch;
  batch.add(started).add(company);
  CHECK(words_of(handle(tables, batch)) == Words{"ignored", "ignored"});
  CHECK(tables == BillingTables());
}

TEST_CASE("a refused event leaves no trace and does not hold up the others") {
  BillingTables tables;
  Batch batch;
  batch.add(call_ended("call_1", -5))
      .add(price_plan("lindenhof", 1, {{0, "Euro"}}))
      .add(call_ended("call_2"));
  CHECK(words_of(handle(tables, batch)) == Words{"refused: out_of_range duration_ms",
                                                 "refused: not_a_plan versions[0].currency",
                                                 "UsageRecorded"});
  CHECK(tables.usages.size() == 1);
  CHECK(tables.plans.empty());
}

TEST_CASE("rule 4 tenants in a batch: a company's plan prices its own calls only") {
  BillingTables tables;
  Batch batch;
  batch.add(call_ended("call_1", 60'000, "lindenhof"))
      .add(call_ended("call_1", 60'000, "aurora"))
      .add(price_plan("aurora", 1, {{0, "EUR", 200'000}}));
  CHECK(words_of(handle(tables, batch)) == Words{"UsageRecorded", "UsageRecorded", "ChargePriced"});
  CHECK(tables.usages.size() == 2);
  CHECK_FALSE(tables.usages.at({TenantId("lindenhof"), CallId("call_1")}).state.charge);
}

}  // namespace hookswitch::billing::testing
