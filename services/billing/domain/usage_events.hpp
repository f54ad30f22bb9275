#pragma once
#include "domain/facts.hpp"

#include <cstdint>
#include <optional>
#include <variant>

/// What the aggregate tells. The same names as in proto-schemas/hookswitch/billing/v1.
namespace hookswitch::billing {

/// What a usage costs, and what it costs us.
struct Charge {
  PlanId plan;
  std::int32_t plan_version = 0;
  Money net;
  std::optional<Milliseconds> quantity;  ///< see CallOver::duration
  Milliseconds billable{0};
  std::int64_t increments = 0;
  TimePoint ended_at;
  std::optional<ProviderCost> cost;
  /// Nothing without a cost, and when it is in another currency: nothing is converted.
  std::optional<std::int64_t> margin_e6;
  friend bool operator==(const Charge&, const Charge&) = default;
};

struct UsageRecorded {
  std::int32_t revision = 1;
  CallOver over;
  friend bool operator==(const UsageRecorded&, const UsageRecorded&) = default;
};

/// Which of a charge's contents told so far this is.
struct ChargeRevision {
  std::int32_t number = 1;  ///< 1, 2, 3 … over ChargePriced and ChargeRepriced
  Uuid content;             ///< equal contents, equal ids
  bool returned = false;    ///< told before, then another one: the event needs an id of its own
  friend bool operator==(const ChargeRevision&, const ChargeRevision&) = default;
};
struct ChargePriced {
  ChargeRevision revision;
  Charge charge;
  friend bool operator==(const ChargePriced&, const ChargePriced&) = default;
};
enum class RepricingCause { provider_cost, price_plan, usage };
struct ChargeRepriced {
  ChargeRevision revision;
  Charge charge;
  Money previous_net;
  RepricingCause cause = RepricingCause::provider_cost;
  friend bool operator==(const ChargeRepriced&, const ChargeRepriced&) = default;
};

using UsageEvent = std::variant<UsageRecorded, ChargePriced, ChargeRepriced>;

/// An event with its place in the aggregate's history.
struct Emission {
  std::int64_t sequence = 0;  ///< the aggregate's version after it: 1, 2, 3 …
  Uuid cause;                 ///< the event that made it be told
  UsageEvent event;
  friend bool operator==(const Emission&, const Emission&) = default;
};

/// The id of what a charge or a usage says: equal contents, equal ids. Pure.
[[nodiscard]] Uuid content_id(const Charge& charge);
[[nodiscard]] Uuid content_id(const CallOver& over);

}  // namespace hookswitch::billing
