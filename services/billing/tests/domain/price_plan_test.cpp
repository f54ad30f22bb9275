#include "domain/price_plan.hpp"

#include "support/facts.hpp"

#include <catch2/catch.hpp>

#include <functional>

namespace hookswitch::billing::testing {
namespace {

PlanVersion version(std::int32_t number, std::int64_t from_ms, std::int64_t per_minute_e6) {
  return {number, from_epoch_ms(from_ms), terms("EUR", per_minute_e6)};
}

std::int32_t version_at(const TenantPlans& plans, std::int64_t ms) {
  const auto chosen = plans.terms_for(from_epoch_ms(ms));
  return chosen ? chosen->version : 0;
}

}  // namespace

TEST_CASE("the version is chosen by the end: at its instant a version holds already") {
  const auto kept =
      plans({plan({version(1, 1'000, 1), version(2, 2'000, 2), version(3, 3'000, 3)})});
  CHECK(version_at(kept, 0) == 1);  // the first prices what ended before it, too
  CHECK(version_at(kept, 1'999) == 1);
  CHECK(version_at(kept, 2'000) == 2);
  CHECK(version_at(kept, 2'999) == 2);
  CHECK(version_at(kept, 3'000) == 3);
  CHECK(version_at(TenantPlans(), 3'000) == 0);
}

TEST_CASE("an older record of a plan changes nothing, whatever order they come in") {
  const auto old_one = plan({version(1, 0, 1)}, 1);
  const auto new_one = plan({version(1, 0, 1), version(2, 5, 2)}, 2);
  auto kept = plans({new_one});
  CHECK_FALSE(kept.apply(old_one));
  CHECK_FALSE(kept.apply(new_one));
  CHECK(kept.plans() == plans({old_one, new_one}).plans());
  // Records that do not number themselves are ordered by their instants.
  auto timed = old_one;
  timed.sequence = 0;
  timed.changed_at = from_epoch_ms(1);
  auto later = new_one;
  later.sequence = 0;
  later.changed_at = from_epoch_ms(2);
  CHECK(plans({timed, later}).plans() == plans({later, timed}).plans());
}

TEST_CASE("a change says from which end on calls may be priced differently") {
  TenantPlans kept;
  CHECK(kept.apply(plan({version(1, 0, 1)}, 1)) == TimePoint::min());
  CHECK(kept.apply(plan({version(1, 0, 1), version(2, 500, 2)}, 2)) == from_epoch_ms(500));
  CHECK_FALSE(kept.apply(plan({version(1, 0, 1), version(2, 500, 2)}, 3)));
  CHECK(kept.apply(plan({version(1, 0, 1), version(2, 500, 3)}, 4)) == from_epoch_ms(500));
  CHECK(kept.apply(plan({version(1, 0, 9), version(2, 500, 3)}, 5)) == TimePoint::min());
  CHECK(kept.apply(plan({version(1, 0, 9)}, 6)) == from_epoch_ms(500));
}

TEST_CASE("a plan that is gone prices the calls that ended before, and comes back") {
  TenantPlans kept = plans({plan({version(1, 0, 1)}, 1)});
  CHECK(kept.apply(gone(2, from_epoch_ms(700))) == from_epoch_ms(700));
  CHECK(version_at(kept, 699) == 1);
  CHECK(version_at(kept, 700) == 0);
  CHECK(kept.apply(plan({version(1, 0, 1)}, 3)) == from_epoch_ms(700));
  CHECK(version_at(kept, 700) == 1);
  TenantPlans never_known;
  CHECK_FALSE(never_known.apply(gone(2, from_epoch_ms(700))));
  CHECK_FALSE(never_known.apply(plan({version(1, 0, 1)}, 1)));  // older than its end
}

TEST_CASE("of several plans the one with the least id counts, and the next one when it is gone") {
  TenantPlans kept = plans({plan({version(1, 0, 2)}, 1, "b"), plan({version(1, 0, 1)}, 1, "a")});
  CHECK(kept.terms_for(from_epoch_ms(9))->plan == PlanId("a"));
  kept.apply(gone(2, from_epoch_ms(5), "a"));
  CHECK(kept.terms_for(from_epoch_ms(4))->plan == PlanId("a"));
  CHECK(kept.terms_for(from_epoch_ms(9))->plan == PlanId("b"));
}

TEST_CASE("what makes no sense as a plan is refused by the name of its field") {
  const std::vector<std::pair<std::string, std::function<void(PlanVersions&)>>> wrong{
      {"versions", [](auto& v) { v.clear(); }},
      {"versions[1].version", [](auto& v) { v[1].number = 3; }},
      {"versions[0].version", [](auto& v) { v[0].number = 0; }},
      {"versions[1].valid_from_ms", [](auto& v) { v[1].valid_from = v[0].valid_from; }},
      {"versions[0].currency", [](auto& v) { v[0].terms.currency = CurrencyCode("euro"); }},
      {"versions[1].per_minute_e6", [](auto& v) { v[1].terms.per_minute_e6 = -1; }},
      {"versions[1].per_minute_e6", [](auto& v) { v[1].terms.per_minute_e6 = amount_e6_max; }},
      {"versions[0].first_increment_s", [](auto& v) { v[0].terms.first_increment_s = 0; }},
      {"versions[0].next_increment_s", [](auto& v) { v[0].terms.next_increment_s = 3601; }},
      {"versions[0].free_threshold_ms",
       [](auto& v) { v[0].terms.free_threshold = Milliseconds{-1}; }},
      {"versions[0].minimum_e6", [](auto& v) { v[0].terms.minimum_e6 = amount_e6_max + 1; }}};
  const PlanVersions good{version(1, 0, 1), version(2, 5, 2)};
  REQUIRE(checked(good).has_value());
  for (const auto& [field, spoil] : wrong) {
    auto versions = good;
    spoil(versions);
    const auto result = checked(versions);
    INFO(field);
    REQUIRE(result.has_error());
    CHECK(result.error().code == "not_a_plan");
    CHECK(result.error().field == field);
  }
}

}  // namespace hookswitch::billing::testing
