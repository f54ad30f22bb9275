#pragma once
#include "adapters/subscription.hpp"
#include "adapters/webhook_probe.hpp"
#include "application/ports.hpp"

#include <hookswitch/messaging/handler.hpp>

#include <cstddef>
#include <span>
#include <vector>

namespace hookswitch::booking {

/// A webhook to be heard, by which use case, and the delivery because of which.
struct WebhookWork {
  std::size_t place = 0;
  UseCase use_case = nullptr;
  BookingWebhook webhook;
};
struct CallWork {
  std::size_t place = 0;
  CallUseCase use_case = nullptr;
  HeardCall call;
};

/// What a batch's deliveries come to before any table is asked.
struct BatchReading {
  std::vector<WebhookWork> webhooks;
  std::vector<CallWork> calls;
  std::vector<UidClaim> claims;           ///< each booking once
  std::vector<std::size_t> claim_places;  ///< the delivery that makes each claim
  std::vector<WaitingWebhook> waiting;    ///< of no tenant that is known
  std::vector<std::size_t> waiting_places;
  std::vector<KeptWebhook> kept;  ///< views into the deliveries
  std::vector<std::pair<std::size_t, Rejection>> refused;
};

/// Reads every delivery. A webhook without a tenant gets the one that another webhook of the batch,
/// of the same workspace and booking, has; else it is to wait. Pure but for the probe's counters.
[[nodiscard]] BatchReading read_batch(std::span<const Subscription> subscriptions,
                                      std::span<const messaging::Delivery> deliveries,
                                      const WebhookProbe& probe);

/// What has waited and is the tenant's of the claim at `claim` now, as work of the delivery that
/// makes the claim; or as something to keep, when no use case takes it. `waited` outlives the
/// reading.
void read_waited(const WaitingWebhook& waited, std::size_t claim,
                 std::span<const messaging::Delivery> deliveries,
                 std::span<const Subscription> subscriptions, const WebhookProbe& probe,
                 BatchReading& reading);

}  // namespace hookswitch::booking
