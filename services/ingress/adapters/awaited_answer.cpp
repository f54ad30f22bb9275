#include "awaited_answer.hpp"

#include "webhook_answers.hpp"

#include <hookswitch/telemetry/log.hpp>

#include <exception>

namespace hookswitch::ingress {
namespace {

double seconds_since(std::chrono::steady_clock::time_point then) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - then).count();
}

std::string_view to_string(kafka::Delivery delivery) {
  switch (delivery) {
    case kafka::Delivery::durable:
      return "durable";
    case kafka::Delivery::not_sent:
      return "not_sent";
    case kafka::Delivery::in_doubt:
      return "in_doubt";
  }
  return "unknown";
}

}  // namespace

void AwaitedAnswer::deliver(kafka::Delivery delivery, FaultPort& faults) noexcept try {
  faults.reached("ingress.reported");
  const bool durable = delivery == kafka::Delivery::durable;
  const bool waiting = responder.pending();
  probe->observe_produce(seconds_since(queued));
  if (waiting) responder.respond(durable ? answers::accepted(id) : answers::unavailable());
  faults.reached("ingress.answered");
  if (durable && waiting) {
    probe->count(event, outcome_when_durable);
    telemetry::log(telemetry::Level::debug, "webhook.accepted",
                   {{"event_name", probe->label(event)}});
  } else {
    probe->count(event, durable ? WebhookOutcome::late : WebhookOutcome::unavailable);
    telemetry::log_warning("webhook.not_acknowledged", {{"webhook_id", id.to_string()},
                                                        {"delivery", to_string(delivery)},
                                                        {"answered_before", !waiting}});
  }
  probe->observe_answer(seconds_since(received));
} catch (const std::exception& error) {
  // Only a fault step throws here. The sender gets 503, or has got its answer already.
  telemetry::log_error("webhook.answer_failed", {{"error", error.what()}});
  responder.respond(answers::unavailable());
}

}  // namespace hookswitch::ingress
