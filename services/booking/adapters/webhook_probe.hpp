#pragma once
#include <hookswitch/telemetry/metrics.hpp>

#include <string>

namespace hookswitch::booking {

/// The instruments of reading webhooks. Thread safe, as the instruments are; `registry` outlives
/// it.
struct WebhookProbe {
  explicit WebhookProbe(telemetry::Registry& registry) : registry_(&registry) {}

  /// One for each time a webhook was read without this field, or with a mended one. `field` is the
  /// field's JSON pointer; webhook_facts() names known fields only, so the label set is bounded.
  [[nodiscard]] telemetry::Counter fields_ignored(const std::string& field) const {
    return registry_->counter("hookswitch_webhook_fields_ignored_total",
                              "Odd fields that a webhook was read without.", {{"field", field}});
  }

 private:
  telemetry::Registry* registry_;
};

}  // namespace hookswitch::booking
