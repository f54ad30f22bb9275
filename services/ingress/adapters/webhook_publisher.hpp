#pragma once
#include "awaited_answer.hpp"
#include "webhook.hpp"

#include <hookswitch/core/fault_port.hpp>
#include <hookswitch/kafka/producer.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace hookswitch::ingress {

/// Puts webhooks on the bus and answers their senders when Kafka reports. Thread safe.
class WebhookPublisher {
 public:
  /// `in_flight_max`: webhooks handed to Kafka and not reported yet.
  WebhookPublisher(const kafka::ProducerOptions& options, std::size_t in_flight_max,
                   FaultPort& faults);

  enum class Taken {
    queued,       ///< the answer will come
    too_many,     ///< more than in_flight_max, and Kafka does report: come again
    unavailable,  ///< Kafka does not take it
  };
  /// Never blocks. `answer` is used up only when queued. The body is that of its request.
  [[nodiscard]] Taken publish(const Publish& webhook, AwaitedAnswer& answer);

  /// Has Kafka's reports taken, and the senders answered, by who is woken: see Producer.
  void have_reports_taken(std::function<void()> wake);
  void take_reports() { producer_.take_reports(); }

  /// Waits until everything is reported; false when `patience` ran out first.
  [[nodiscard]] bool flush(std::chrono::milliseconds patience);
  [[nodiscard]] std::size_t outstanding() const { return producer_.outstanding(); }
  [[nodiscard]] kafka::ProducerHealth health() const { return producer_.health(); }

 private:
  struct Reported {
    std::unique_ptr<AwaitedAnswer> answer;
    kafka::Delivery delivery;
  };
  void report(std::uint64_t token, kafka::Delivery delivery);
  void reports_done();
  [[nodiscard]] bool reports_have_stopped() const;

  FaultPort& faults_;
  const std::size_t in_flight_max_;
  std::atomic<std::size_t> in_flight_ = 0;
  std::atomic<std::int64_t> last_report_ms_;  ///< steady clock
  std::vector<Reported> reported_;            ///< who takes the reports only
  kafka::Producer producer_;                  ///< last: its thread uses what is above
};

}  // namespace hookswitch::ingress
