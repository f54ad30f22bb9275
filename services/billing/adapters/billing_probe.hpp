#pragma once
#include <hookswitch/telemetry/metrics.hpp>

namespace hookswitch::billing {

/// The instruments of billing. Thread safe, as the instruments are; the registry outlives it.
struct BillingProbe {
  explicit BillingProbe(telemetry::Registry& registry)
      : unmeasured_calls(registry.counter("hookswitch_billing_unmeasured_calls_total",
                                          "Connected calls whose length nobody knows: charged "
                                          "with nothing, to be looked into.",
                                          {})) {}
  telemetry::Counter unmeasured_calls;
};

}  // namespace hookswitch::billing
