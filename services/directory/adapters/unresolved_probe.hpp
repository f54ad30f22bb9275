#pragma once
#include <hookswitch/telemetry/metrics.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace hookswitch::directory {

/// The instruments of the waiting webhooks, all made at the start. Thread safe.
class UnresolvedProbe {
 public:
  explicit UnresolvedProbe(telemetry::Registry& registry);

  /// How many wait, by reason; those that are not named are none.
  void show(const std::vector<std::pair<std::string, std::int64_t>>& waiting) const;
  /// How many of them cannot be looked at (failing_webhook.hpp).
  void show_stuck(std::int64_t webhooks) const { stuck_.set(static_cast<double>(webhooks)); }
  /// Looking at one that was alone has failed.
  void count_failure() const { failures_.add(); }
  /// Given to whom the rules name.
  void count_by_rules(std::size_t webhooks) const { by_rules_.add(static_cast<double>(webhooks)); }
  /// Given to whom an operator named.
  void count_by_operator() const { by_operator_.add(); }
  void count_forgotten(std::size_t webhooks) const {
    forgotten_.add(static_cast<double>(webhooks));
  }

 private:
  std::vector<std::pair<std::string, telemetry::Gauge>> waiting_;
  telemetry::Gauge stuck_;
  telemetry::Counter failures_;
  telemetry::Counter by_rules_;
  telemetry::Counter by_operator_;
  telemetry::Counter forgotten_;
};

}  // namespace hookswitch::directory
