#include "simulation/expected_charge.hpp"

#include <catch2/catch.hpp>

using namespace hookswitch;
using namespace hookswitch::cli;

namespace {

PriceTerms terms(std::int64_t per_minute_e6, std::int64_t first_s, std::int64_t next_s) {
  PriceTerms terms;
  terms.currency = "EUR";
  terms.per_minute_e6 = per_minute_e6;
  terms.first_increment_s = first_s;
  terms.next_increment_s = next_s;
  return terms;
}

SimulatedCall call_of(std::int64_t ms) {
  SimulatedCall call;
  call.started_at = from_epoch_ms(1'795'417'200'000);
  call.duration = Milliseconds{ms};
  return call;
}

Charge charge(const SimulatedCall& call, const std::vector<PriceTerms>& plan) {
  return expected_charge(call, plan).value_or(Charge{});
}
Charge charge(const PriceTerms& plan, std::int64_t ms) { return charge(call_of(ms), {plan}); }

}  // namespace

// The amounts are worked out by hand.
TEST_CASE("a price is that of the increments that were begun, to the millionth") {
  struct Row {
    PriceTerms plan;
    std::int64_t ms, billable_ms, net_e6;
  };
  const auto increments = GENERATE(values<Row>({
      {terms(150'000, 60, 60), 1, 60'000, 150'000},
      {terms(150'000, 60, 60), 60'000, 60'000, 150'000},
      {terms(150'000, 60, 60), 60'001, 120'000, 300'000},
      {terms(200'000, 60, 1), 60'001, 61'000, 203'333},  // 203,333.3
      {terms(200'000, 60, 1), 62'000, 62'000, 206'667},  // 206,666.6
      {terms(200'000, 30, 6), 36'001, 42'000, 140'000},
      {terms(30, 1, 1), 1'000, 1'000, 1},  // half a millionth goes up
      {terms(29, 1, 1), 1'000, 1'000, 0},
      {terms(999'999'999'999, 60, 60), 86'400'000, 86'400'000, 1'439'999'999'998'560},
      {terms(150'000, 60, 60), 0, 0, 0},
  }));
  const auto is = charge(increments.plan, increments.ms);
  CHECK(is.billable_ms == increments.billable_ms);
  CHECK(is.net_e6 == increments.net_e6);
  CHECK(is.currency == "EUR");
}

TEST_CASE("up to the threshold a call is free, beyond it costs the minimum at least") {
  auto plan = terms(150'000, 60, 60);
  plan.free_threshold_ms = 5'000;
  plan.minimum_e6 = 400'000;
  CHECK(charge(plan, 5'000).net_e6 == 0);
  CHECK(charge(plan, 5'000).billable_ms == 0);
  CHECK(charge(plan, 5'001).net_e6 == 400'000);
  CHECK(charge(plan, 5'001).billable_ms == 60'000);
  CHECK(charge(plan, 180'000).net_e6 == 450'000);
}

TEST_CASE("the end of the call chooses the version of the plan, the first one reaches back") {
  auto first = terms(100'000, 60, 60);
  auto second = terms(200'000, 60, 60);
  second.version = 2;
  const auto call = call_of(60'000);
  const auto end = call.started_at + call.duration;
  first.valid_from = end + Milliseconds{1};
  second.valid_from = end + Milliseconds{2};
  CHECK(charge(call, {first, second}).net_e6 == 100'000);
  second.valid_from = end + Milliseconds{1};
  first.valid_from = call.started_at;
  CHECK(charge(call, {first, second}).plan_version == 1);
  second.valid_from = end;
  CHECK(charge(call, {first, second}).plan_version == 2);
  CHECK(charge(call, {first, second}).net_e6 == 200'000);
  CHECK_FALSE(expected_charge(call, {}));
}

TEST_CASE("the cost is the one that holds at last, and makes a margin in its own currency only") {
  auto call = call_of(60'000);  // 60 s: 0.1166667 + 0.01 cents a second, corrected 0.025 more
  auto is = charge(call, {terms(150'000, 60, 60)});
  CHECK(is.cost == Decimal(76'000'020, -9));
  CHECK(is.cost_currency == "USD");
  CHECK(is.cost_e6 == 76'000);
  CHECK_FALSE(is.margin_e6);
  call.corrected = true;
  auto plan = terms(150'000, 60, 60);
  plan.currency = "USD";
  is = charge(call, {plan});
  CHECK(is.cost == Decimal(91'000'020, -9));
  CHECK(is.cost_e6 == 91'000);
  CHECK(is.margin_e6 == 59'000);
  call.duration = Milliseconds{30'000};  // 45.50001 thousandths: rounded to 45,500
  CHECK(charge(call, {plan}).cost_e6 == 45'500);
  call.duration = Milliseconds{2'000};  // 3,033.334
  CHECK(charge(call, {plan}).cost_e6 == 3'033);
}

TEST_CASE("a call that never connected is charged with nothing and has no cost") {
  auto call = call_of(60'000);
  call.what = CallClass::not_connected;
  const auto is = charge(call, {terms(150'000, 60, 60)});
  CHECK(is.net_e6 == 0);
  CHECK(is.billable_ms == 0);
  CHECK_FALSE(is.cost);
  CHECK_FALSE(is.margin_e6);
}

TEST_CASE("what differs is said with both amounts") {
  auto call = call_of(60'000);
  const auto expected = charge(call, {terms(150'000, 60, 60)});
  CHECK(price_difference(expected, expected).empty());
  CHECK(cost_difference(expected, expected).empty());
  auto is = expected;
  is.net_e6 += 1;
  CHECK(price_difference(is, expected) == "is charged 0.150001 EUR instead of 0.15 EUR");
  is = expected;
  is.currency = "USD";
  CHECK(price_difference(is, expected) == "is charged 0.15 USD instead of 0.15 EUR");
  is = expected;
  is.billable_ms = 1;
  CHECK(price_difference(is, expected) == "is charged for 1 ms instead of 60000");
  is = expected;
  is.plan_version = 2;
  CHECK_FALSE(price_difference(is, expected).empty());
  is = expected;
  is.cost = Decimal(1, 0);
  CHECK(cost_difference(is, expected) ==
        "has a charge with a cost of 1 USD instead of 0.07600002 USD");
  is = expected;
  is.cost.reset();
  CHECK_FALSE(cost_difference(is, expected).empty());
  is = expected;
  is.cost_e6 = 76'001;
  CHECK_FALSE(cost_difference(is, expected).empty());
  is = expected;
  is.margin_e6 = 0;
  CHECK_FALSE(cost_difference(is, expected).empty());
}
