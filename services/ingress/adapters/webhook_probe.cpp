#include "webhook_probe.hpp"

#include <algorithm>
#include <cstdlib>
#include <span>
#include <string>
#include <utility>

namespace hookswitch::ingress {
namespace {

// contracts §2.2 and §3.2: a label's values are a short list, whatever is sent.
constexpr std::array<std::string_view, 13> retell_events{
    "call_started",     "call_ended",       "call_analyzed",      "transcript_updated",
    "transfer_started", "transfer_bridged", "transfer_cancelled", "transfer_ended",
    "chat_started",     "chat_ended",       "chat_analyzed",      "call_inbound",
    "chat_inbound"};
constexpr std::array<std::string_view, 22> calcom_events{"BOOKING_CREATED",
                                                         "BOOKING_PAYMENT_INITIATED",
                                                         "BOOKING_PAID",
                                                         "BOOKING_RESCHEDULED",
                                                         "BOOKING_REQUESTED",
                                                         "BOOKING_CANCELLED",
                                                         "BOOKING_REJECTED",
                                                         "BOOKING_NO_SHOW_UPDATED",
                                                         "FORM_SUBMITTED",
                                                         "MEETING_ENDED",
                                                         "MEETING_STARTED",
                                                         "RECORDING_READY",
                                                         "INSTANT_MEETING",
                                                         "RECORDING_TRANSCRIPTION_GENERATED",
                                                         "OOO_CREATED",
                                                         "AFTER_HOSTS_CAL_VIDEO_NO_SHOW",
                                                         "AFTER_GUESTS_CAL_VIDEO_NO_SHOW",
                                                         "FORM_SUBMITTED_NO_EVENT",
                                                         "ROUTING_FORM_FALLBACK_HIT",
                                                         "DELEGATION_CREDENTIAL_ERROR",
                                                         "WRONG_ASSIGNMENT_REPORT",
                                                         "PING"};

constexpr std::array<std::string_view, 8> outcome_names{
    "accepted",  "unresolved", "not_published", "not_genuine",
    "malformed", "too_many",   "unavailable",   "late"};

std::span<const std::string_view> known_events(Provider provider) {
  return provider == Provider::retell ? std::span<const std::string_view>(retell_events)
                                      : std::span<const std::string_view>(calcom_events);
}

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
  const auto known = known_events(provider);
  events_.assign(known.begin(), known.end());
  events_.insert(events_.end(), {"other", "none"});
  for (const auto event : events_) {
    webhooks_.push_back(counters_of(registry, name, event, std::make_index_sequence<outcomes>{}));
  }
  for (const auto reason : all_unresolved_reasons) {
    unresolved_.push_back(registry.counter(
        "hookswitch_unresolved_total", "Webhooks of which nobody can say whose they are",
        {{"provider", name}, {"reason", std::string(to_string(reason))}}));
  }
}

void WebhookProbe::count(std::string_view event, WebhookOutcome outcome) const {
  const std::size_t none = events_.size() - 1;
  const std::size_t other = events_.size() - 2;
  std::size_t index = none;
  if (!event.empty()) {
    const auto known_end = events_.begin() + static_cast<std::ptrdiff_t>(other);
    index =
        static_cast<std::size_t>(std::find(events_.begin(), known_end, event) - events_.begin());
  }
  webhooks_[index][static_cast<std::size_t>(outcome)].add();
}

void WebhookProbe::count_unresolved(UnresolvedReason reason) const {
  unresolved_[static_cast<std::size_t>(reason)].add();
}

}  // namespace hookswitch::ingress
