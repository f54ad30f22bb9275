#pragma once
#include "webhook_probe.hpp"

#include <hookswitch/core/fault_port.hpp>
#include <hookswitch/core/uuid.hpp>
#include <hookswitch/http/server.hpp>
#include <hookswitch/kafka/producer.hpp>

#include <chrono>
#include <string>

namespace hookswitch::ingress {

/// A sender who waits until Kafka has reported what became of the webhook.
struct AwaitedAnswer {
  http::Responder responder;
  Uuid id;
  std::string event;
  WebhookOutcome outcome_when_durable = WebhookOutcome::accepted;
  std::chrono::steady_clock::time_point received;
  std::chrono::steady_clock::time_point queued;
  const WebhookProbe* probe = nullptr;

  /// Answers 202 only when the record is durable, else 503 (the same webhook has the same id
  /// again). Does not throw.
  void deliver(kafka::Delivery delivery, FaultPort& faults) noexcept;
};

}  // namespace hookswitch::ingress
