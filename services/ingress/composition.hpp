#pragma once
#include "directory_copy.hpp"
#include "kafka_watch.hpp"
#include "keys_in_force.hpp"
#include "master_key_watch.hpp"
#include "settings.hpp"
#include "webhook_endpoint.hpp"
#include "webhook_probe.hpp"
#include "webhook_publisher.hpp"
#include "workspaces.hpp"

#include <hookswitch/core/fault_port.hpp>
#include <hookswitch/core/time.hpp>
#include <hookswitch/http/server.hpp>
#include <hookswitch/runtime/health.hpp>
#include <hookswitch/runtime/service.hpp>
#include <hookswitch/telemetry/metrics.hpp>

#include <cstdint>
#include <memory>
#include <vector>

namespace hookswitch::ingress {

/// What a composition is made from; tests bring their own. Must outlive the Ingress.
struct Surroundings {
  telemetry::Registry& registry;
  runtime::Health& health;
  FaultPort& faults;
  const Clock& clock;
};

/// The whole service, wired. One thread makes, starts and stops it.
class Ingress {
 public:
  /// Throws std::system_error when the port cannot be bound.
  Ingress(IngressSettings settings, Surroundings surroundings);
  Ingress(const Ingress&) = delete;
  Ingress& operator=(const Ingress&) = delete;

  /// In the order of starting. Stopping goes the other way: first no new webhooks, at last the
  /// producer is flushed.
  [[nodiscard]] std::vector<runtime::Part> parts();
  [[nodiscard]] std::uint16_t port() const { return server_->port(); }

 private:
  [[nodiscard]] WebhookEndpoint::Parts endpoint_parts(const WebhookProbe& probe);
  void drain();

  const IngressSettings settings_;
  const Surroundings surroundings_;
  const WebhookProbe retell_probe_;
  const WebhookProbe calcom_probe_;
  KeysInForce keys_;
  Workspaces workspaces_;
  MasterKeyWatch master_keys_;
  DirectoryCopy directory_;
  WebhookPublisher publisher_;
  KafkaWatch kafka_watch_;
  const WebhookEndpoint retell_;
  const WebhookEndpoint calcom_;
  std::unique_ptr<http::Server> server_;  ///< last: its threads use everything above
};

/// Runs ingress until it is told to stop; the process's exit code.
int run_ingress(const IngressSettings& settings);

}  // namespace hookswitch::ingress
