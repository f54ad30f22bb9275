#include "support/facts.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <numeric>
#include <random>
#include <variant>

// Promise 4: all orders of a call's events and its company's plans, with repeats, end in one state,
// the same books and the same latest events.

namespace hookswitch::billing::testing {
namespace {

using Step = std::variant<Said, PlanRecord>;

/// What must not depend on the order: the state without what tells how it came about, the books,
/// and the latest usage and charge as a subscriber sees them.
struct Ending {
  UsageState state;
  std::map<PlanId, KeptPlan> plans;
  std::map<std::pair<Account, std::string>, std::int64_t> books;
  std::optional<CallOver> usage;
  std::optional<Charge> charge;
  friend bool operator==(const Ending&, const Ending&) = default;
};

Ending ending_of(const std::vector<Step>& order) {
  auto usage = fresh_usage();
  TenantPlans plans;
  Ending ending;
  std::int64_t sequence = 0;
  std::int64_t sum_of_deltas = 0;
  for (const auto& step : order) {
    std::vector<Emission> told;
    if (const auto* said = std::get_if<Said>(&step)) {
      told = apply(usage, *said, plans);
    } else if (on_price_plan(plans, std::get<PlanRecord>(step))) {
      told = usage.plans_changed(plans, event("plan"));
    }
    for (const auto& emission : told) {
      CHECK(emission.sequence == ++sequence);
      if (const auto* recorded = std::get_if<UsageRecorded>(&emission.event)) {
        ending.usage = recorded->over;
      } else if (const auto* priced = std::get_if<ChargePriced>(&emission.event)) {
        CHECK_FALSE(ending.charge);
        ending.charge = priced->charge;
        sum_of_deltas = priced->charge.net.e6;
      } else {
        const auto& repriced = std::get<ChargeRepriced>(emission.event);
        REQUIRE(ending.charge);
        CHECK(repriced.previous_net == ending.charge->net);
        ending.charge = repriced.charge;
        sum_of_deltas += repriced.charge.net.e6 - repriced.previous_net.e6;
      }
    }
  }
  if (ending.charge) CHECK(ending.charge->net.e6 == sum_of_deltas);
  CHECK(ending.charge == usage.state().charge);
  ending.books = balances(usage.new_entries());
  ending.plans = plans.plans();
  ending.state = usage.state();
  ending.state.version = 0;
  ending.state.usage_revision = 0;
  ending.state.journal_entries = 0;
  auto& contents = ending.state.charges_told;
  if (contents.size() > 1) contents.erase(contents.begin(), contents.end() - 1);
  return ending;
}

/// Every order of `steps`, and every order with one of them twice.
Ending check_all_orders(const std::vector<Step>& steps) {
  const auto expected = ending_of(steps);
  for (std::size_t repeated = 0; repeated <= steps.size(); ++repeated) {
    std::vector<std::size_t> places(steps.size());
    std::iota(places.begin(), places.end(), 0U);
    if (repeated < steps.size()) places.push_back(repeated);
    std::sort(places.begin(), places.end());
    do {
      std::vector<Step> order;
      for (const auto place : places) order.push_back(steps[place]);
      if (ending_of(order) == expected) continue;
      std::string names;
      for (const auto place : places) names += std::to_string(place) + " ";
      FAIL("the order " << names << "ends differently");
    } while (std::next_permutation(places.begin(), places.end()));
  }
  return expected;
}

PlanRecord two_versions() {
  return plan({{1, from_epoch_ms(0), terms("USD")}, {2, call_end, terms("USD", 100'000)}}, 2);
}

}  // namespace

TEST_CASE("all orders of the end, two costs and the plan end alike") {
  const auto ending = check_all_orders({ended(), cost(1, "0.2"), cost(2, "0.25"), dollar_plan()});
  CHECK(ending.charge->net.e6 == 600'000);
  CHECK(ending.charge->margin_e6 == 350'000);
}

TEST_CASE("all orders end alike when the plan gets a version that the call ended under") {
  const auto ending = check_all_orders(
      {ended(), cost(1, "0.2"), plan({{1, from_epoch_ms(0), terms("USD")}}, 1), two_versions()});
  CHECK(ending.charge->plan_version == 2);
  CHECK(ending.charge->net.e6 == 300'000);
}

TEST_CASE("all orders end alike when the currency changes") {
  const auto ending = check_all_orders(
      {ended(), cost(1, "0.2"), euro_plan(), plan({{1, from_epoch_ms(0), terms("CHF")}}, 2)});
  CHECK(ending.charge->net.currency == CurrencyCode("CHF"));
  CHECK(ending.books.count({Account::receivable, "EUR"}) == 0);
}

TEST_CASE("all orders of a call that never connected end alike") {
  const auto ending =
      check_all_orders({not_connected(), cost(1, "0.2"), cost(2, "0.1"), euro_plan()});
  CHECK(ending.charge->net.e6 == 0);
  CHECK(ending.books.size() == 2);
}

TEST_CASE("all orders end alike when the provider contradicts itself about the connection") {
  const auto ending = check_all_orders({not_connected(), ended(), cost(1, "0.2"), dollar_plan()});
  CHECK(ending.usage->connected);
  CHECK(ending.charge->net.e6 == 600'000);
}

TEST_CASE("all orders end alike when a cost returns") {
  check_all_orders({ended(), cost(1, "0.2"), cost(2, "0.3"), cost(3, "0.2"), dollar_plan()});
}

TEST_CASE("all orders of a call whose length nobody knows end alike, charged with nothing") {
  const auto ending =
      check_all_orders({ended(std::nullopt), not_connected(), cost(1, "0.2"), dollar_plan()});
  CHECK(ending.charge->net.e6 == 0);
  CHECK_FALSE(ending.charge->quantity);
}

TEST_CASE("random facts and plans end alike in every order tried") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const auto one_in = [&](unsigned n) { return random() % n == 0; };
  for (int round = 0; round < 300; ++round) {
    std::vector<Step> steps;
    if (!one_in(5))
      steps.emplace_back(ended(Milliseconds{static_cast<std::int64_t>(random() % 400'000)}));
    if (one_in(4)) steps.emplace_back(not_connected());
    const int costs = static_cast<int>(random() % 4);
    for (int i = 1; i <= costs; ++i) {
      steps.emplace_back(
          cost(i, "0." + std::to_string(1 + random() % 3), one_in(5) ? "EUR" : "USD"));
    }
    PlanVersions versions;
    const int records = static_cast<int>(random() % 4);
    for (int i = 1; i <= records; ++i) {
      versions.push_back({i, call_end + Milliseconds{i - 2},
                          terms(one_in(3) ? "EUR" : "USD", 1'000 * (1 + random() % 300), 1, 1)});
      steps.emplace_back(plan(versions, i));
    }
    const auto expected = ending_of(steps);
    for (int order = 0; order < 10; ++order) {
      auto shuffled = steps;
      for (const auto& step : steps) {
        if (one_in(3)) shuffled.push_back(step);
      }
      std::shuffle(shuffled.begin(), shuffled.end(), random);
      REQUIRE(ending_of(shuffled) == expected);
    }
  }
}

}  // namespace hookswitch::billing::testing
