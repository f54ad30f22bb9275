#include "webhook_publisher.hpp"

#include <tuple>
#include <utility>

namespace hookswitch::ingress {
namespace {

std::int64_t steady_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

}  // namespace

WebhookPublisher::WebhookPublisher(const kafka::ProducerOptions& options, std::size_t in_flight_max,
                                   FaultPort& faults)
    : faults_(faults),
      in_flight_max_(in_flight_max),
      last_report_ms_(steady_ms()),
      producer_(
          options,
          [this](std::uint64_t token, kafka::Delivery delivery) { report(token, delivery); },
          [this] { reports_done(); }) {}

WebhookPublisher::Taken WebhookPublisher::publish(const Publish& webhook, AwaitedAnswer& answer) {
  if (in_flight_.fetch_add(1, std::memory_order_relaxed) >= in_flight_max_) {
    in_flight_.fetch_sub(1, std::memory_order_relaxed);
    return reports_have_stopped() ? Taken::unavailable : Taken::too_many;
  }
  answer.queued = std::chrono::steady_clock::now();
  auto waiting = std::make_unique<AwaitedAnswer>(std::move(answer));
  // The token is the waiting answer's address: exactly one report comes for what is accepted, and
  // takes it back. Until then its Responder keeps the request, and so the body where it is.
  const auto taken =
      producer_.produce_in_place(webhook.topic, webhook.key, waiting->responder.request().body,
                                 webhook.headers, reinterpret_cast<std::uint64_t>(waiting.get()));
  if (taken != kafka::Enqueued::accepted) {
    in_flight_.fetch_sub(1, std::memory_order_relaxed);
    answer = std::move(*waiting);
    return Taken::unavailable;
  }
  std::ignore = waiting.release();
  return Taken::queued;
}

void WebhookPublisher::have_reports_taken(std::function<void()> wake) {
  producer_.have_reports_taken(std::move(wake));
}

bool WebhookPublisher::flush(std::chrono::milliseconds patience) {
  return producer_.flush(patience);
}

void WebhookPublisher::report(std::uint64_t token, kafka::Delivery delivery) {
  reported_.push_back(
      // NOLINTNEXTLINE(performance-no-int-to-ptr): it is the address that publish() made it of
      {std::unique_ptr<AwaitedAnswer>(reinterpret_cast<AwaitedAnswer*>(token)), delivery});
}

/// One wake-up of the I/O threads for many reports.
void WebhookPublisher::reports_done() {
  last_report_ms_.store(steady_ms(), std::memory_order_relaxed);
  in_flight_.fetch_sub(reported_.size(), std::memory_order_relaxed);
  for (auto& reported : reported_) reported.answer->deliver(reported.delivery, faults_);
  reported_.clear();
}

/// Kafka has been silent for as long as a sender waits: it is away, and "later" is not "you are too
/// many".
bool WebhookPublisher::reports_have_stopped() const {
  return steady_ms() - last_report_ms_.load(std::memory_order_relaxed) > 2000;
}

}  // namespace hookswitch::ingress
