#include "expected_charge.hpp"

#include <algorithm>

namespace hookswitch::cli {
namespace {

constexpr std::int64_t minute_ms = 60'000;
constexpr std::int64_t second_ms = 1000;
/// Retell tells its costs in them.
constexpr auto cost_currency = "USD";

/// The version in force when the call ended; the first one also before its own beginning.
const PriceTerms* terms_at(const std::vector<PriceTerms>& plan, TimePoint instant) {
  const PriceTerms* chosen = nullptr;
  for (const auto& terms : plan) {
    if (chosen == nullptr || terms.valid_from <= instant) chosen = &terms;
  }
  return chosen;
}

/// Whole increments: the first, then as many of the next ones as are begun.
std::int64_t billed_ms(const PriceTerms& terms, std::int64_t length_ms) {
  if (length_ms <= terms.free_threshold_ms) return 0;
  std::int64_t billed = terms.first_increment_s * second_ms;
  const auto next = terms.next_increment_s * second_ms;
  const auto over = length_ms - billed;
  if (over > 0) billed += over / next * next + (over % next > 0 ? next : 0);
  return billed;
}

/// per minute × billed / minute, to the millionth, half up. Minutes' whole millionths apart, so
/// that nothing overflows and nothing is rounded twice.
std::int64_t price_e6(std::int64_t per_minute_e6, std::int64_t billed) {
  const auto whole = per_minute_e6 / minute_ms;
  const auto rest = per_minute_e6 % minute_ms;
  return whole * billed + (rest * billed + minute_ms / 2) / minute_ms;
}

/// To the millionth, half away from zero.
std::int64_t to_e6(const Decimal& amount) {
  auto number = amount.coefficient();
  auto exponent = amount.exponent() + 6;
  for (; exponent > 0; --exponent) number *= 10;
  if (exponent == 0) return number;
  std::int64_t divisor = 1;
  for (; exponent < 0; ++exponent) divisor *= 10;
  const auto half = divisor / 2;
  return (number < 0 ? number - half : number + half) / divisor;
}

std::string in_units(std::int64_t e6, const std::string& currency) {
  return Decimal(e6, -6).to_string() + " " + currency;
}

std::string in_units(const std::optional<std::int64_t>& e6) {
  return e6 ? Decimal(*e6, -6).to_string() : "nothing";
}

}  // namespace

std::optional<Charge> expected_charge(const SimulatedCall& call,
                                      const std::vector<PriceTerms>& plan) {
  const auto* terms = terms_at(plan, call.started_at + call.duration);
  if (terms == nullptr) return std::nullopt;
  Charge charge;
  charge.plan_version = terms->version;
  charge.currency = terms->currency;
  if (call.connected()) {
    charge.billable_ms = billed_ms(*terms, call.duration.count());
    if (charge.billable_ms > 0) {
      charge.net_e6 =
          std::max(price_e6(terms->per_minute_e6, charge.billable_ms), terms->minimum_e6);
    }
  }
  charge.cost = final_cost(call);
  if (!charge.cost) return charge;
  charge.cost_currency = cost_currency;
  charge.cost_e6 = to_e6(*charge.cost);
  if (charge.currency == charge.cost_currency) charge.margin_e6 = charge.net_e6 - *charge.cost_e6;
  return charge;
}

std::string price_difference(const Charge& is, const Charge& expected) {
  if (is.plan_version != expected.plan_version) {
    return "is charged by version " + std::to_string(is.plan_version) + " of the plan instead of " +
           std::to_string(expected.plan_version);
  }
  if (is.currency != expected.currency || is.net_e6 != expected.net_e6) {
    return "is charged " + in_units(is.net_e6, is.currency) + " instead of " +
           in_units(expected.net_e6, expected.currency);
  }
  if (is.billable_ms != expected.billable_ms) {
    return "is charged for " + std::to_string(is.billable_ms) + " ms instead of " +
           std::to_string(expected.billable_ms);
  }
  return {};
}

std::string cost_difference(const Charge& is, const Charge& expected) {
  if (is.cost != expected.cost || is.cost_currency != expected.cost_currency) {
    const auto said = [](const Charge& charge) {
      return charge.cost ? charge.cost->to_string() + " " + charge.cost_currency
                         : std::string("nothing");
    };
    return "has a charge with a cost of " + said(is) + " instead of " + said(expected);
  }
  if (is.cost_e6 != expected.cost_e6) {
    return "has a charge whose cost is rounded to " + in_units(is.cost_e6) + " instead of " +
           in_units(expected.cost_e6);
  }
  if (is.margin_e6 != expected.margin_e6) {
    return "has a charge with a margin of " + in_units(is.margin_e6) + " instead of " +
           in_units(expected.margin_e6);
  }
  return {};
}

}  // namespace hookswitch::cli
