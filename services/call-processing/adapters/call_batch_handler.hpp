#pragma once
#include "adapters/webhook_probe.hpp"
#include "application/ports.hpp"
#include "application/use_cases.hpp"

#include <hookswitch/messaging/handler.hpp>

#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace hookswitch::call_processing {

/// One line of subscriptions.cpp: a webhook event that the service handles, and by what.
struct Subscription {
  std::string_view topic;
  std::string_view event;  ///< ce_event
  UseCase use_case;
};

/// The service's side of one transaction: webhooks in, domain events out. Deliveries that no
/// subscription names are ignored.
class CallBatchHandler final : public messaging::BatchHandler {
 public:
  CallBatchHandler(std::span<const Subscription> subscriptions, std::unique_ptr<CallStore> store,
                   WebhookProbe probe)
      : subscriptions_(subscriptions), store_(std::move(store)), probe_(probe) {}

  void foresee(std::span<const events::Envelope* const> envelopes) override;
  std::vector<messaging::Outcome> handle(std::span<const messaging::Delivery> deliveries,
                                         TimePoint now) override;

 private:
  std::span<const Subscription> subscriptions_;
  std::unique_ptr<CallStore> store_;
  WebhookProbe probe_;
};

}  // namespace hookswitch::call_processing
