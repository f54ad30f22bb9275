#pragma once
#include "simulated_call.hpp"

namespace hookswitch::cli {

/// One request to be sent.
struct SimulatedDelivery {
  std::size_t call = 0;  ///< in the list of calls
  CallWebhookKind kind = CallWebhookKind::started;
  bool repeat = false;
  friend bool operator==(const SimulatedDelivery&, const SimulatedDelivery&) = default;
};

/// The order of sending. Calls overlap as real ones do, the webhooks of each in Retell's order and
/// repeats later than what they repeat; with `shuffle`, everything in any order. Pure.
[[nodiscard]] std::vector<SimulatedDelivery> order_deliveries(
    const SimulationOptions& options, const std::vector<SimulatedCall>& calls);

}  // namespace hookswitch::cli
