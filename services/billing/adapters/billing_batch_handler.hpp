#pragma once
#include "adapters/billing_probe.hpp"
#include "application/ports.hpp"
#include "application/use_cases.hpp"

#include <hookswitch/messaging/handler.hpp>

#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace hookswitch::billing {

/// One line of subscriptions.cpp: an event that the service handles, and by what.
struct Subscription {
  std::string_view topic;
  std::string_view type;  ///< ce_type
  UseCase use_case;
};

/// The service's side of one transaction: calls' events and price plans in, charges out. Deliveries
/// that no subscription names are ignored.
class BillingBatchHandler final : public messaging::BatchHandler {
 public:
  BillingBatchHandler(std::span<const Subscription> subscriptions,
                      std::unique_ptr<BillingStore> store, const BillingProbe& probe)
      : subscriptions_(subscriptions), store_(std::move(store)), probe_(probe) {}

  std::vector<messaging::Outcome> handle(std::span<const messaging::Delivery> deliveries,
                                         TimePoint now) override;

 private:
  std::span<const Subscription> subscriptions_;
  std::unique_ptr<BillingStore> store_;
  BillingProbe probe_;
};

}  // namespace hookswitch::billing
