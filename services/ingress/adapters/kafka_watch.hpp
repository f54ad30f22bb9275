#pragma once
#include "periodic.hpp"
#include "webhook_publisher.hpp"

#include <hookswitch/runtime/health.hpp>

#include <string>

namespace hookswitch::ingress {

/// Tells Health whether Kafka can be written to: "kafka" is ready once a broker has answered and
/// has every topic that webhooks go to, and as long as the producer does not say that all brokers
/// are down.
class KafkaWatch {
 public:
  KafkaWatch(std::string brokers, const WebhookPublisher& publisher, runtime::Health& health);

  void start() { watch_.start(); }
  void stop() { watch_.stop(); }

 private:
  void check();
  /// True when every topic is there.
  [[nodiscard]] bool find_topics();

  const std::string brokers_;
  const WebhookPublisher& publisher_;
  runtime::Health& health_;
  bool topics_found_ = false;
  Periodic watch_;
};

}  // namespace hookswitch::ingress
