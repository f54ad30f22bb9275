#include "adapters/unresolved_batch_handler.hpp"

#include "adapters/unresolved_store_postgres.hpp"

#include <utility>

namespace hookswitch::directory {

std::vector<messaging::Outcome> UnresolvedBatchHandler::handle(
    std::span<const messaging::Delivery> deliveries, TimePoint /*now*/) {
  std::vector<messaging::Outcome> outcomes;
  std::vector<UnresolvedWebhook> webhooks;
  for (const auto& delivery : deliveries) {
    auto webhook = read_by(subscriptions_, delivery);
    if (webhook) {
      webhooks.push_back(*std::move(webhook));
      outcomes.emplace_back(messaging::Handled{});
    } else {
      outcomes.emplace_back(messaging::Refused{webhook.error()});
    }
  }
  UnresolvedStorePostgres(transaction_).take_in(webhooks);
  return outcomes;
}

}  // namespace hookswitch::directory
