#pragma once
#include "application/unresolved_webhooks.hpp"

#include <hookswitch/messaging/handler.hpp>

#include <span>
#include <string_view>

namespace hookswitch::directory {

/// One line of subscriptions.cpp: what the service takes from a topic, and how it reads it.
struct Subscription {
  std::string_view topic;
  std::string_view event;  ///< ce_type
  Result<UnresolvedWebhook> (*read)(const messaging::Delivery& delivery);
};

/// What ingress put on the topic of unresolved webhooks. A Rejection for what no ingress of ours
/// has put there.
[[nodiscard]] Result<UnresolvedWebhook> read_unresolved_webhook(
    const messaging::Delivery& delivery);
/// As the line of that topic and event reads it; a Rejection when there is none.
[[nodiscard]] Result<UnresolvedWebhook> read_by(std::span<const Subscription> subscriptions,
                                                const messaging::Delivery& delivery);

}  // namespace hookswitch::directory
