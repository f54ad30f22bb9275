#pragma once
#include "application/unresolved_webhooks.hpp"

#include <hookswitch/messaging/handler.hpp>
#include <hookswitch/postgres/connection.hpp>

#include <span>
#include <string_view>
#include <vector>

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

/// Keeps them. Whose they are is asked afterwards, in a transaction that sees every company, which
/// a batch's does not (GiveBackThread).
class UnresolvedBatchHandler final : public messaging::BatchHandler {
 public:
  UnresolvedBatchHandler(std::span<const Subscription> subscriptions,
                         postgres::Transaction& transaction)
      : subscriptions_(subscriptions), transaction_(transaction) {}

  std::vector<messaging::Outcome> handle(std::span<const messaging::Delivery> deliveries,
                                         TimePoint now) override;

 private:
  [[nodiscard]] Result<UnresolvedWebhook> read(const messaging::Delivery& delivery) const;

  std::span<const Subscription> subscriptions_;
  postgres::Transaction& transaction_;
};

}  // namespace hookswitch::directory
