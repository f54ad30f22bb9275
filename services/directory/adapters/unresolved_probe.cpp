#include "adapters/unresolved_probe.hpp"

#include <hookswitch/routing/resolution.hpp>

#include <algorithm>

namespace hookswitch::directory {
namespace {

telemetry::Counter released(telemetry::Registry& registry, const std::string& by) {
  return registry.counter("hookswitch_directory_unresolved_released_total",
                          "Webhooks that waited for an owner and were given to one", {{"by", by}});
}

}  // namespace

UnresolvedProbe::UnresolvedProbe(telemetry::Registry& registry)
    : stuck_(registry.gauge("hookswitch_directory_unresolved_stuck_webhooks",
                            "Waiting webhooks that cannot be looked at")),
      failures_(registry.counter("hookswitch_directory_unresolved_failures_total",
                                 "Times that a waiting webhook, alone, could not be looked at")),
      by_rules_(released(registry, "rules")),
      by_operator_(released(registry, "operator")),
      forgotten_(registry.counter("hookswitch_directory_unresolved_forgotten_total",
                                  "Webhooks that waited too long for an owner")) {
  for (const auto reason : routing::all_unresolved_reasons) {
    const std::string name(to_string(reason));
    waiting_.emplace_back(name,
                          registry.gauge("hookswitch_directory_unresolved_webhooks",
                                         "Webhooks that wait for an owner", {{"reason", name}}));
  }
}

void UnresolvedProbe::show(const std::vector<std::pair<std::string, std::int64_t>>& waiting) const {
  for (const auto& [reason, gauge] : waiting_) {
    const auto found =
        std::ranges::find(waiting, reason, &std::pair<std::string, std::int64_t>::first);
    gauge.set(found == waiting.end() ? 0 : static_cast<double>(found->second));
  }
}

}  // namespace hookswitch::directory
