#pragma once
#include "simulated_call.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace hookswitch::cli {

/// What a charge says, as far as it follows from the call and the plan. `…_e6` are millionths.
struct Charge {
  std::int32_t plan_version = 0;
  std::string currency;
  std::int64_t net_e6 = 0;
  std::int64_t billable_ms = 0;
  std::string cost_currency;  ///< with a cost only
  std::optional<Decimal> cost;
  std::optional<std::int64_t> cost_e6;
  std::optional<std::int64_t> margin_e6;
  friend bool operator==(const Charge&, const Charge&) = default;
};

/// What the call must be charged once every webhook of it has come; nothing where there is no plan.
/// Worked out here from the rules of services/billing/README.md, and not by billing's own code, so
/// that one watches the other. Pure.
[[nodiscard]] std::optional<Charge> expected_charge(const SimulatedCall& call,
                                                    const std::vector<PriceTerms>& plan);

/// What of the price (version, currency, amount, billed length) is another; empty: nothing. The
/// price is the same in each revision of a charge.
[[nodiscard]] std::string price_difference(const Charge& is, const Charge& expected);
/// Likewise of cost and margin, which only the last revision has right.
[[nodiscard]] std::string cost_difference(const Charge& is, const Charge& expected);

}  // namespace hookswitch::cli
