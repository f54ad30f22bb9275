#include "support/facts.hpp"

#include <catch2/catch.hpp>

// Every state × every event.

namespace hookswitch::billing::testing {
namespace {

using Names = std::vector<std::string>;

struct Cell {
  std::string event;
  Names told;
  UsageStatus after;
};

/// What each event does to a usage in the state that `make` gives.
void check_row(const std::function<Usage(TenantPlans&)>& make, const std::vector<Cell>& cells) {
  REQUIRE(cells.size() == 8);
  for (const auto& cell : cells) {
    INFO(cell.event);
    TenantPlans known;
    auto usage = make(known);
    std::vector<Emission> told;
    if (cell.event == "ended") told = apply(usage, ended(), known);
    if (cell.event == "ended, length unknown") told = apply(usage, ended(std::nullopt), known);
    if (cell.event == "not connected") told = apply(usage, not_connected(), known);
    if (cell.event == "cost 1") told = apply(usage, cost(1, "0.1"), known);
    if (cell.event == "cost 2") told = apply(usage, cost(2, "0.2"), known);
    if (cell.event == "plan") {
      known.apply(euro_plan());
      told = usage.plans_changed(known, event("plan"));
    }
    if (cell.event == "dearer plan") {
      known.apply(plan({{1, from_epoch_ms(0), terms("EUR", 300'000)}}, 2));
      told = usage.plans_changed(known, event("dearer plan"));
    }
    if (cell.event == "plan gone") {
      known.apply(gone(3, call_end));
      told = usage.plans_changed(known, event("plan gone"));
    }
    CHECK(names_of(told) == cell.told);
    CHECK(usage.status() == cell.after);
  }
}

constexpr auto seen = UsageStatus::seen;
constexpr auto pending = UsageStatus::pending;
constexpr auto priced = UsageStatus::priced;

}  // namespace

TEST_CASE("nothing known, no plan") {
  check_row([](TenantPlans&) { return fresh_usage(); },
            {{"ended", {"UsageRecorded"}, pending},
             {"ended, length unknown", {"UsageRecorded"}, pending},
             {"not connected", {"UsageRecorded"}, pending},
             {"cost 1", {}, seen},
             {"cost 2", {}, seen},
             {"plan", {}, seen},
             {"dearer plan", {}, seen},
             {"plan gone", {}, seen}});
}

TEST_CASE("a cost came first, the plan is known") {
  check_row(
      [](TenantPlans& known) {
        known.apply(euro_plan());
        auto usage = fresh_usage();
        apply(usage, cost(1, "0.1"), known);
        return usage;
      },
      {{"ended", {"UsageRecorded", "ChargePriced"}, priced},
       {"ended, length unknown", {"UsageRecorded", "ChargePriced"}, priced},
       {"not connected", {"UsageRecorded", "ChargePriced"}, priced},
       {"cost 1", {}, seen},
       {"cost 2", {}, seen},
       {"plan", {}, seen},
       {"dearer plan", {}, seen},
       {"plan gone", {}, seen}});
}

TEST_CASE("ended, no plan yet") {
  check_row(
      [](TenantPlans& known) {
        auto usage = fresh_usage();
        apply(usage, ended(), known);
        return usage;
      },
      {{"ended", {}, pending},
       {"ended, length unknown", {}, pending},
       {"not connected", {}, pending},
       {"cost 1", {}, pending},
       {"cost 2", {}, pending},
       {"plan", {"ChargePriced"}, priced},
       {"dearer plan", {"ChargePriced"}, priced},
       {"plan gone", {}, pending}});
}

TEST_CASE("never connected, no plan yet") {
  check_row(
      [](TenantPlans& known) {
        auto usage = fresh_usage();
        apply(usage, not_connected(), known);
        return usage;
      },
      {{"ended", {"UsageRecorded"}, pending},
       {"ended, length unknown", {"UsageRecorded"}, pending},
       {"not connected", {}, pending},
       {"cost 1", {}, pending},
       {"cost 2", {}, pending},
       {"plan", {"ChargePriced"}, priced},
       {"dearer plan", {"ChargePriced"}, priced},
       {"plan gone", {}, pending}});
}

TEST_CASE("ended and priced, with a cost") {
  check_row(
      [](TenantPlans& known) {
        known.apply(euro_plan());
        auto usage = fresh_usage();
        apply(usage, ended(), known);
        apply(usage, cost(1, "0.1"), known);
        return usage;
      },
      {{"ended", {}, priced},
       {"ended, length unknown", {}, priced},
       {"not connected", {}, priced},
       {"cost 1", {}, priced},
       {"cost 2", {"ChargeRepriced"}, priced},
       {"plan", {}, priced},
       {"dearer plan", {"ChargeRepriced"}, priced},
       {"plan gone", {}, priced}});
}

TEST_CASE("never connected and priced") {
  check_row(
      [](TenantPlans& known) {
        known.apply(euro_plan());
        auto usage = fresh_usage();
        apply(usage, not_connected(), known);
        return usage;
      },
      {{"ended", {"UsageRecorded", "ChargeRepriced"}, priced},
       {"ended, length unknown", {"UsageRecorded", "ChargeRepriced"}, priced},
       {"not connected", {}, priced},
       {"cost 1", {"ChargeRepriced"}, priced},
       {"cost 2", {"ChargeRepriced"}, priced},
       {"plan", {}, priced},
       {"dearer plan", {}, priced},
       {"plan gone", {}, priced}});
}

TEST_CASE("the demo call of lindenhof costs 0.45 EUR") {
  const auto known = plans({euro_plan()});
  auto usage = fresh_usage();
  const auto told = apply(usage, ended(), known);
  REQUIRE(names_of(told) == Names{"UsageRecorded", "ChargePriced"});
  const auto& charge = std::get<ChargePriced>(told[1].event).charge;
  CHECK(charge.net == Money{CurrencyCode("EUR"), 450'000});
  CHECK(charge.billable == Milliseconds{180'000});
  CHECK(charge.increments == 3);
  CHECK(charge.plan_version == 1);
  CHECK(told[0].sequence == 1);
  CHECK(told[1].sequence == 2);
  CHECK(balances(usage.new_entries()) ==
        std::map<std::pair<Account, std::string>, std::int64_t>{
            {{Account::receivable, "EUR"}, 450'000}, {{Account::revenue_usage, "EUR"}, -450'000}});
}

TEST_CASE("a call over midnight and the month's end is one charge, of the version at its end") {
  const auto december = from_epoch_ms(1'796'079'600'000);  // midnight in Berlin
  const auto known =
      plans({plan({{1, from_epoch_ms(0), terms()}, {2, december, terms("EUR", 200'000)}})});
  auto usage = fresh_usage();
  const auto told =
      apply(usage, ended(Milliseconds{120'000}, december + Milliseconds{60'000}), known);
  REQUIRE(names_of(told) == Names{"UsageRecorded", "ChargePriced"});
  const auto& charge = std::get<ChargePriced>(told[1].event).charge;
  CHECK(charge.plan_version == 2);
  CHECK(charge.net.e6 == 400'000);
  CHECK(charge.ended_at == december + Milliseconds{60'000});
}

TEST_CASE("a call through the hour that comes twice is billed by its milliseconds") {
  const auto after_the_second_two_o_clock =
      from_epoch_ms(1'792'892'400'000);  // 2026-10-25 02:40 CET
  auto usage = fresh_usage();
  // It began at 02:30 CEST: ten minutes by the clock on the wall, seventy in truth.
  const auto told = apply(usage, ended(Milliseconds{4'200'000}, after_the_second_two_o_clock),
                          plans({euro_plan()}));
  REQUIRE(names_of(told) == Names{"UsageRecorded", "ChargePriced"});
  CHECK(std::get<ChargePriced>(told[1].event).charge.increments == 70);
}

TEST_CASE("only call_ended, dial_no_answer: zero revenue, the cost kept") {
  const auto known = plans({dollar_plan()});
  auto usage = fresh_usage();
  apply(usage, not_connected(), known);
  const auto told = apply(usage, cost(1, "0.02"), known);
  REQUIRE(names_of(told) == Names{"ChargeRepriced"});
  const auto& repriced = std::get<ChargeRepriced>(told[0].event);
  CHECK(repriced.charge.net.e6 == 0);
  CHECK(repriced.charge.cost->rounded.e6 == 20'000);
  CHECK(repriced.charge.margin_e6 == -20'000);
  CHECK(balances(usage.new_entries()) == std::map<std::pair<Account, std::string>, std::int64_t>{
                                             {{Account::provider_cost, "USD"}, 20'000},
                                             {{Account::provider_accrual, "USD"}, -20'000}});
}

TEST_CASE("a margin is claimed in one currency only") {
  for (const auto& [record, margin] :
       {std::pair{euro_plan(), std::optional<std::int64_t>{}},
        std::pair{dollar_plan(), std::optional<std::int64_t>{600'000 - 221'667}}}) {
    const auto known = plans({record});
    auto usage = fresh_usage();
    apply(usage, cost(1, "0.221666725"), known);
    const auto told = apply(usage, ended(), known);
    const auto& charge = std::get<ChargePriced>(told.at(1).event).charge;
    CHECK(charge.margin_e6 == margin);
    CHECK(charge.cost->total == decimal("0.221666725"));
    CHECK(charge.cost->rounded == Money{CurrencyCode("USD"), 221'667});
  }
}

TEST_CASE("cost corrected: the margin follows, the revenue does not") {
  const auto known = plans({dollar_plan()});
  auto usage = fresh_usage();
  apply(usage, ended(), known);
  apply(usage, cost(1, "0.3"), known);
  const auto told = apply(usage, cost(2, "0.25"), known);
  const auto& repriced = std::get<ChargeRepriced>(told.at(0).event);
  CHECK(repriced.cause == RepricingCause::provider_cost);
  CHECK(repriced.previous_net == repriced.charge.net);
  CHECK(repriced.charge.margin_e6 == 350'000);
  CHECK(repriced.revision.number == 3);
  CHECK(balances(usage.new_entries()).at({Account::provider_cost, "USD"}) == 250'000);
}

TEST_CASE("a cost that returns is told under an id of its own") {
  const auto known = plans({dollar_plan()});
  auto usage = fresh_usage();
  apply(usage, ended(), known);
  apply(usage, cost(1, "0.3"), known);
  apply(usage, cost(2, "0.25"), known);
  const auto told = apply(usage, cost(3, "0.3"), known);
  const auto& revision = std::get<ChargeRepriced>(told.at(0).event).revision;
  CHECK(revision.returned);
  CHECK(revision.number == 4);
}

TEST_CASE("a plan whose version comes late prices the calls that ended under it anew") {
  auto known = plans({euro_plan()});
  auto usage = fresh_usage();
  apply(usage, ended(), known);
  known.apply(plan({{1, from_epoch_ms(0), terms()}, {2, call_end, terms("EUR", 100'000)}}, 2));
  const auto told = usage.plans_changed(known, event("plan 2"));
  const auto& repriced = std::get<ChargeRepriced>(told.at(0).event);
  CHECK(repriced.cause == RepricingCause::price_plan);
  CHECK(repriced.previous_net.e6 == 450'000);
  CHECK(repriced.charge.net.e6 == 300'000);
  CHECK(repriced.charge.plan_version == 2);
}

TEST_CASE("a usage has one id for its tenant and call, for ever") {
  CHECK(call_usage_id(lindenhof, CallId("call_1")).to_string() ==
        "d0af832a-aa71-5e1d-92d1-65a60bb5fa2c");
  CHECK(call_usage_id(lindenhof, CallId("call_1")) != call_usage_id(aurora, CallId("call_1")));
  CHECK(call_usage_id(TenantId("a"), CallId("bc")) != call_usage_id(TenantId("ab"), CallId("c")));
}

}  // namespace hookswitch::billing::testing
