#include "webhook_probe.hpp"

#include <hookswitch/events/webhook_events.hpp>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>

namespace hookswitch::ingress {
namespace {

constexpr std::array<std::string_view, 8> outcome_names{
    "accepted",  "unresolved", "not_published", "not_genuine",
    "malformed", "too_many",   "unavailable",   "late"};

template <std::size_t... Index>
std::array<telemetry::Counter, sizeof...(Index)> counters_of(telemetry::Registry& registry,
                                                             const std::string& provider,
                                                             std::string_view event,
                                                             std::index_sequence<Index...>) {
  return {registry.counter("hookswitch_webhooks_total", "Webhooks by what became of them",
                           {{"provider", provider},
                            {"event", std::string(event)},
                            {"outcome", std::string(outcome_names[Index])}})...};
}

telemetry::Histogram seconds(telemetry::Registry& registry, const std::string& name,
                             const std::string& help, const std::string& provider) {
  return registry.histogram(name, help, telemetry::latency_bounds_seconds(),
                            {{"provider", provider}});
}

}  // namespace

std::string_view to_string(Provider provider) {
  switch (provider) {
    case Provider::retell:
      return "retell";
    case Provider::calcom:
      return "calcom";
  }
  std::abort();
}

WebhookProbe::WebhookProbe(Provider provider, telemetry::Registry& registry)
    : signature_failures_(registry.counter("hookswitch_signature_failures_total",
                                           "Webhooks whose signature was refused",
                                           {{"provider", std::string(to_string(provider))}})),
      answer_seconds_(seconds(registry, "hookswitch_webhook_answer_seconds",
                              "From the webhook's last byte to its answer",
                              std::string(to_string(provider)))),
      produce_seconds_(seconds(registry, "hookswitch_webhook_produce_seconds",
                               "From handing a webhook to the producer to Kafka's report",
                               std::string(to_string(provider)))) {
  const std::string name(to_string(provider));
  const auto known = events::webhook_events(name);
  events_.assign(known.begin(), known.end());
  events_.insert(events_.end(), {"other", "none"});
  for (const auto event : events_) {
    webhooks_.push_back(counters_of(registry, name, event, std::make_index_sequence<outcomes>{}));
  }
  for (const auto reason : routing::all_unresolved_reasons) {
    unresolved_.push_back(registry.counter(
        "hookswitch_unresolved_total", "Webhooks of which nobody can say whose they are",
        {{"provider", name}, {"reason", std::string(to_string(reason))}}));
  }
}

void WebhookProbe::count(std::string_view event, WebhookOutcome outcome) const {
  webhooks_[place_of(event)][static_cast<std::size_t>(outcome)].add();
}

std::size_t WebhookProbe::place_of(std::string_view event) const {
  const std::size_t none = events_.size() - 1;
  const std::size_t other = events_.size() - 2;
  if (event.empty()) return none;
  const auto known_end = events_.begin() + static_cast<std::ptrdiff_t>(other);
  return static_cast<std::size_t>(std::find(events_.begin(), known_end, event) - events_.begin());
}

void WebhookProbe::count_unresolved(routing::UnresolvedReason reason) const {
  unresolved_[static_cast<std::size_t>(reason)].add();
}

}  // namespace hookswitch::ingress
