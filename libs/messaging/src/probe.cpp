#include <hookswitch/messaging/probe.hpp>

#include <tuple>

namespace hookswitch::messaging {
namespace {
std::vector<double> sizes() { return {1, 2, 5, 10, 20, 50, 100, 200, 500}; }
}  // namespace

MessagingProbe::MessagingProbe(telemetry::Registry& registry)
    : batch_size(registry.histogram("hookswitch_consumer_batch_messages",
                                    "Messages taken into one batch", sizes())),
      batch_seconds(registry.histogram("hookswitch_consumer_batch_seconds",
                                       "From a batch's first record to its offset commit",
                                       telemetry::latency_bounds_seconds())),
      transaction_seconds(registry.histogram("hookswitch_postgres_transaction_seconds",
                                             "From begin to commit of a batch's transaction",
                                             telemetry::latency_bounds_seconds())),
      publish_seconds(registry.histogram("hookswitch_kafka_publish_seconds",
                                         "From handing outbox rows to Kafka to the last report",
                                         telemetry::latency_bounds_seconds())),
      inbox_duplicates(registry.counter("hookswitch_inbox_duplicates_total",
                                        "Messages that the inbox knew already")),
      postgres_retries(
          registry.counter("hookswitch_postgres_retries_total",
                           "Transactions tried again because Postgres was away or asked for it")),
      outbox_oldest_seconds(registry.gauge("hookswitch_outbox_oldest_row_seconds",
                                           "Age of the oldest outbox row; 0 when there is none")),
      outbox_rows(registry.gauge("hookswitch_outbox_rows", "Rows in the outbox")),
      registry_(&registry) {
  // An alert on a series that appears with its first dead letter would miss that one.
  for (const auto* reason : {"undecodable", "refused", "failed", "crashed"}) {
    std::ignore = dead_letters(reason);
  }
}

telemetry::Counter MessagingProbe::dead_letters(const std::string& reason) const {
  return registry_->counter("hookswitch_dead_letters_total", "Messages given up, by reason",
                            {{"reason", reason}});
}

telemetry::Counter MessagingProbe::outcomes(const std::string& event,
                                            const std::string& outcome) const {
  return registry_->counter("hookswitch_consumer_messages_total",
                            "Messages by what they say and what became of them",
                            {{"event", event}, {"outcome", outcome}});
}

telemetry::Gauge MessagingProbe::lag(const std::string& topic, int partition) const {
  return registry_->gauge("hookswitch_consumer_lag_messages", "Messages not yet read",
                          {{"topic", topic}, {"partition", std::to_string(partition)}});
}

}  // namespace hookswitch::messaging
