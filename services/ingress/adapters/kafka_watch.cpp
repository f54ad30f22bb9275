#include "kafka_watch.hpp"

#include <hookswitch/events/topics.hpp>
#include <hookswitch/kafka/topic_reader.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace hookswitch::ingress {
namespace {

using namespace std::chrono_literals;

}  // namespace

KafkaWatch::KafkaWatch(std::string brokers, const WebhookPublisher& publisher,
                       runtime::Health& health)
    : brokers_(std::move(brokers)),
      publisher_(publisher),
      health_(health),
      watch_(1000ms, [this] { check(); }) {
  health_.expect("kafka");
}

void KafkaWatch::check() {
  if (!topics_found_) topics_found_ = find_topics();
  if (!topics_found_) return;
  const auto health = publisher_.health();
  if (health.reachable) {
    health_.set_ready("kafka");
  } else {
    health_.set_missing("kafka", health.last_error);
  }
}

bool KafkaWatch::find_topics() {
  namespace topics = events::topics;
  try {
    const auto there = kafka::list_topics(brokers_, 2000ms);
    for (const auto topic :
         {topics::webhooks_retell, topics::webhooks_calcom, topics::webhooks_unresolved}) {
      if (std::ranges::none_of(there, [&](const auto& found) { return found.first == topic; })) {
        health_.set_missing("kafka", "the topic " + std::string(topic) + " does not exist");
        return false;
      }
    }
    return true;
  } catch (const kafka::Unavailable& error) {
    health_.set_missing("kafka", error.what());
    return false;
  }
}

}  // namespace hookswitch::ingress
