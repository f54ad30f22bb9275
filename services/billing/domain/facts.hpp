#pragma once
#include "domain/money.hpp"

#include <hookswitch/core/time.hpp>

#include <compare>
#include <cstdint>
#include <optional>
#include <variant>

namespace hookswitch::billing {

/// A call is over.
struct CallOver {
  bool connected = true;
  TimePoint ended_at;
  /// Nothing when nobody knows; zero when it never connected.
  std::optional<Milliseconds> duration;
  friend bool operator==(const CallOver&, const CallOver&) = default;
};

/// What the provider charges us for a call.
struct ProviderCost {
  Decimal total;  ///< in units of the currency, exact
  Money rounded;  ///< the same in millionths
  friend bool operator==(const ProviderCost&, const ProviderCost&) = default;
};

struct ReportedCost {
  std::int32_t revision = 1;  ///< as published for the call: the highest holds
  ProviderCost cost;
};

/// One event about a call, neutral of how it came.
struct CallFact {
  Uuid event;
  TenantId tenant;
  CallId call_id;
  std::variant<CallOver, ReportedCost> said;
};

}  // namespace hookswitch::billing
