#pragma once
#include "adapters/subscription.hpp"
#include "adapters/webhook_probe.hpp"
#include "application/ports.hpp"

#include <hookswitch/messaging/handler.hpp>

#include <memory>
#include <span>
#include <vector>

namespace hookswitch::booking {

/// The service's side of one transaction: webhooks and calls in, domain events out. A webhook that
/// no subscription names is kept as it came when it has a tenant; what else no subscription names
/// is ignored.
class BookingBatchHandler final : public messaging::BatchHandler {
 public:
  BookingBatchHandler(std::span<const Subscription> subscriptions,
                      std::unique_ptr<AppointmentStore> store, WebhookProbe probe)
      : subscriptions_(subscriptions), store_(std::move(store)), probe_(probe) {}

  std::vector<messaging::Outcome> handle(std::span<const messaging::Delivery> deliveries,
                                         TimePoint now) override;

 private:
  std::span<const Subscription> subscriptions_;
  std::unique_ptr<AppointmentStore> store_;
  WebhookProbe probe_;
};

}  // namespace hookswitch::booking
