#pragma once
#include <hookswitch/telemetry/metrics.hpp>

#include <string>

namespace hookswitch::messaging {

/// The instruments of the consumer workers of one process. Thread safe, as the instruments are.
struct MessagingProbe {
  explicit MessagingProbe(telemetry::Registry& registry);

  telemetry::Histogram batch_size;
  telemetry::Histogram batch_seconds;
  telemetry::Histogram transaction_seconds;
  telemetry::Histogram publish_seconds;  ///< from handing rows to the producer to the last report
  telemetry::Counter inbox_duplicates;
  telemetry::Counter postgres_retries;
  telemetry::Gauge outbox_oldest_seconds;
  telemetry::Gauge outbox_rows;

  [[nodiscard]] telemetry::Counter dead_letters(const std::string& reason) const;
  [[nodiscard]] telemetry::Counter outcomes(const std::string& event,
                                            const std::string& outcome) const;
  [[nodiscard]] telemetry::Gauge lag(const std::string& topic, int partition) const;

 private:
  telemetry::Registry* registry_;
};

}  // namespace hookswitch::messaging
