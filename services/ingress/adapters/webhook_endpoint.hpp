#pragma once
#include "snapshot.hpp"
#include "webhook.hpp"
#include "webhook_probe.hpp"
#include "webhook_publisher.hpp"

#include <hookswitch/core/fault_port.hpp>
#include <hookswitch/core/time.hpp>
#include <hookswitch/http/server.hpp>

#include <chrono>
#include <string>

namespace hookswitch::ingress {

/// The way of a webhook from HTTP to the bus and back. What it refers to must outlive it. Thread
/// safe.
class WebhookEndpoint {
 public:
  using Accept = WebhookDecision (*)(const IncomingWebhook&, const Knowledge&);

  struct Parts {
    const Snapshot<KeyRing>& keys;
    const Snapshot<routing::DirectoryIndex>& directory;
    WebhookPublisher& publisher;
    const WebhookProbe& probe;
    FaultPort& faults;
    const Clock& clock;
  };

  /// `signature_header` in any case; `accept` is the provider's use case.
  WebhookEndpoint(Provider provider, std::string signature_header, Accept accept, Parts parts);

  /// Answers now or when Kafka has reported.
  void handle(const http::Responder& responder) const;

 private:
  using Received = std::chrono::steady_clock::time_point;
  void answer(const http::Responder& responder, Received received, http::Response response,
              std::string_view event, WebhookOutcome outcome) const;
  void publish(const http::Responder& responder, Received received, Publish webhook) const;
  void log_unresolved(const Publish& webhook, routing::UnresolvedReason reason) const;

  const Provider provider_;
  const std::string signature_header_;
  const Accept accept_;
  const Parts parts_;
};

}  // namespace hookswitch::ingress
