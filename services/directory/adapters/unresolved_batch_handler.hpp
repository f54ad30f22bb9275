#pragma once
#include "adapters/unresolved_records.hpp"

#include <hookswitch/messaging/handler.hpp>
#include <hookswitch/postgres/connection.hpp>

#include <span>
#include <vector>

namespace hookswitch::directory {

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
  std::span<const Subscription> subscriptions_;
  postgres::Transaction& transaction_;
};

}  // namespace hookswitch::directory
