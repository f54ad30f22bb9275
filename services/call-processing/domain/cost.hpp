#pragma once
#include "domain/source.hpp"

#include <hookswitch/core/decimal.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace hookswitch::call_processing {

/// All amounts in US dollars, exact.
struct CostItem {
  std::string product;
  Decimal cost;
  std::optional<Decimal> unit_price;  ///< per second
  bool transfer_leg = false;
  friend bool operator==(const CostItem&, const CostItem&) = default;
};

/// What the provider charges for a call.
struct Cost {
  Decimal total;
  std::optional<Decimal> provider_seconds;
  std::vector<CostItem> items;
  friend bool operator==(const Cost&, const Cost&) = default;
};

/// The cost as one text: the same for the same cost, also when the items come in another order.
[[nodiscard]] std::string canonical_text(const Cost& cost);

/// What has to be remembered of the cost that holds, to tell whether another one is better.
struct CostStanding {
  Source source;
  Decimal provider_seconds;
  std::size_t item_count = 0;
  Decimal total;
  friend bool operator==(const CostStanding&, const CostStanding&) = default;
};

[[nodiscard]] CostStanding standing_of(const Cost& cost, const Source& source);

/// True when `challenger` is to be believed rather than `holder`: later event, later timestamp,
/// more seconds billed, more items, higher total, then the webhook's id. A strict total order
/// (docs/decisions/0004).
[[nodiscard]] bool beats(const CostStanding& challenger, const CostStanding& holder);

}  // namespace hookswitch::call_processing
