#include "deliveries.hpp"

#include "random.hpp"

#include <algorithm>
#include <utility>

namespace hookswitch::cli {

std::vector<SimulatedDelivery> order_deliveries(const SimulationOptions& options,
                                                const std::vector<SimulatedCall>& calls) {
  // A place in time, in thousandths of the distance between two calls.
  std::vector<std::pair<std::int64_t, SimulatedDelivery>> placed;
  Random random(options.seed ^ 0x73696d756c617465ULL);
  for (std::size_t call = 0; call < calls.size(); ++call) {
    auto place = static_cast<std::int64_t>(call) * 1000;
    for (const auto kind : calls[call].webhooks()) {
      placed.emplace_back(place, SimulatedDelivery{call, kind, false});
      if (random.percent(options.duplicates)) {
        placed.emplace_back(place + random.between(1, 40'000), SimulatedDelivery{call, kind, true});
      }
      place += random.between(1, 20'000);
    }
  }
  if (options.shuffle) {
    for (std::size_t i = placed.size(); i > 1; --i) {
      std::swap(placed[i - 1], placed[random.below(i)]);
    }
  } else {
    std::stable_sort(placed.begin(), placed.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
  }
  std::vector<SimulatedDelivery> deliveries;
  deliveries.reserve(placed.size());
  for (auto& [place, delivery] : placed) deliveries.push_back(delivery);
  return deliveries;
}

}  // namespace hookswitch::cli
