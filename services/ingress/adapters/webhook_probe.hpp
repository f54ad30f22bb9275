#pragma once
#include <hookswitch/routing/resolution.hpp>
#include <hookswitch/telemetry/metrics.hpp>

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

namespace hookswitch::ingress {

enum class Provider { retell, calcom };
[[nodiscard]] std::string_view to_string(Provider provider);

/// What became of a webhook: the metric's label `outcome`.
enum class WebhookOutcome {
  accepted,       ///< 202, durable, tenant known or not needed
  unresolved,     ///< 202, durable on the unresolved topic
  not_published,  ///< 202, nothing to publish (PING)
  not_genuine,    ///< 401
  malformed,      ///< 400
  too_many,       ///< 429
  unavailable,    ///< 503
  late,           ///< durable, but 503 was said when the deadline passed
};

/// The instruments of one provider's webhooks, all made at the start. Thread safe.
class WebhookProbe {
 public:
  WebhookProbe(Provider provider, telemetry::Registry& registry);

  /// `event` may be anything that a provider sends; names that we do not list count as "other", and
  /// an empty one (nothing verified yet) as "none".
  void count(std::string_view event, WebhookOutcome outcome) const;
  /// The event as count() names it, for who logs it.
  [[nodiscard]] std::string_view label(std::string_view event) const {
    return events_[place_of(event)];
  }
  void count_unresolved(routing::UnresolvedReason reason) const;
  void count_signature_failure() const { signature_failures_.add(); }
  void observe_answer(double seconds) const { answer_seconds_.observe(seconds); }
  void observe_produce(double seconds) const { produce_seconds_.observe(seconds); }

 private:
  static constexpr std::size_t outcomes = 8;
  [[nodiscard]] std::size_t place_of(std::string_view event) const;

  std::vector<std::string_view> events_;  ///< the known ones; after them "other", then "none"
  std::vector<std::array<telemetry::Counter, outcomes>> webhooks_;
  std::vector<telemetry::Counter> unresolved_;
  telemetry::Counter signature_failures_;
  telemetry::Histogram answer_seconds_;
  telemetry::Histogram produce_seconds_;
};

}  // namespace hookswitch::ingress
