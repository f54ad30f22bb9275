#include "adapters/booking_batch_handler.hpp"

#include "adapters/batch_reading.hpp"
#include "adapters/event_mapping.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

namespace hookswitch::booking {
namespace {

using messaging::Delivery;
using messaging::Handled;
using messaging::Ignored;
using messaging::Outcome;
using messaging::Refused;

Mentioned mentioned_by(const BatchReading& reading) {
  Mentioned mentioned;
  for (const auto& [place, use_case, webhook] : reading.webhooks) {
    auto& bookings = mentioned.bookings[webhook.tenant];
    bookings.insert(webhook.uid);
    if (webhook.facts.predecessor) bookings.insert(*webhook.facts.predecessor);
    if (const auto& call = webhook.facts.claimed_call) {
      mentioned.calls_claimed[webhook.tenant].insert(*call);
    }
  }
  for (const auto& one : reading.calls) {
    mentioned.calls_heard[one.call.tenant].insert(one.call.call);
  }
  return mentioned;
}

/// What each delivery has come to.
class Outcomes {
 public:
  explicit Outcomes(std::span<const Delivery> deliveries)
      : deliveries_(deliveries), all_(deliveries.size(), Ignored{}) {}

  void refuse(std::size_t place, const Rejection& why) { all_[place] = Refused{why}; }
  void tell(std::size_t place, const std::vector<Emission>& told) {
    auto* handled = std::get_if<Handled>(&all_[place]);
    if (handled == nullptr) handled = &all_[place].emplace<Handled>();
    const auto& delivery = deliveries_[place];
    for (const auto& emission : told) {
      auto record = to_record(emission, delivery.envelope);
      const messaging::InputPartition lane{emission.lane.topic, emission.lane.partition};
      if (lane == delivery.input) {
        handled->emitted.push_back(std::move(record));
      } else {
        handled->elsewhere.push_back({lane, std::move(record)});
      }
    }
  }
  void tell_overdue(std::size_t place, const TenantId& tenant, Appointments& open) {
    const auto& envelope = deliveries_[place].envelope;
    tell(place, open.tell_overdue(tenant, envelope.id, envelope.time));
  }
  std::vector<Outcome> take() { return std::move(all_); }

 private:
  std::span<const Delivery> deliveries_;
  std::vector<Outcome> all_;
};

/// Says whose the batch's bookings are; what has waited for one of them joins the batch.
void settle_owners(AppointmentStore& store, std::span<const Subscription> subscriptions,
                   std::span<const Delivery> deliveries, const WebhookProbe& probe,
                   BatchReading& reading, std::vector<WaitingWebhook>& waited) {
  if (reading.claims.empty() && reading.waiting.empty()) return;
  waited = store.claim(reading.claims, reading.waiting);
  for (const auto& one : waited) {
    for (std::size_t claim = 0; claim < reading.claims.size(); ++claim) {
      const auto& claimed = reading.claims[claim];
      if (claimed.uid != one.uid || claimed.workspace != one.workspace) continue;
      read_waited(one, claim, deliveries, subscriptions, probe, reading);
    }
  }
}

// In the order of the deliveries: the outbox takes what they tell in that order, and an
// appointment's events must lie there as they were told.
void apply(BatchReading& reading, Appointments& open, Outcomes& outcomes) {
  std::stable_sort(reading.webhooks.begin(), reading.webhooks.end(),
                   [](const auto& a, const auto& b) { return a.place < b.place; });
  std::map<TenantId, std::size_t> last_place;
  auto call = reading.calls.begin();
  const auto apply_calls_before = [&](std::size_t place) {
    for (; call != reading.calls.end() && call->place < place; ++call) {
      outcomes.tell(call->place, call->use_case(open, call->call));
      last_place[call->call.tenant] = call->place;
    }
  };
  for (const auto& work : reading.webhooks) {
    apply_calls_before(work.place);
    outcomes.tell(work.place, work.use_case(open, work.webhook));
    last_place[work.webhook.tenant] = work.place;
  }
  apply_calls_before(std::numeric_limits<std::size_t>::max());
  for (const auto& [tenant, place] : last_place) outcomes.tell_overdue(place, tenant, open);
}

}  // namespace

std::vector<Outcome> BookingBatchHandler::handle(std::span<const Delivery> deliveries,
                                                 TimePoint now) {
  Outcomes outcomes(deliveries);
  auto reading = read_batch(subscriptions_, deliveries, probe_);
  for (const auto& [place, why] : reading.refused) outcomes.refuse(place, why);
  for (const auto place : reading.waiting_places) outcomes.tell(place, {});
  std::vector<WaitingWebhook> waited;
  settle_owners(*store_, subscriptions_, deliveries, probe_, reading, waited);
  if (!reading.kept.empty()) store_->keep(reading.kept);
  if (reading.webhooks.empty() && reading.calls.empty()) return outcomes.take();
  Appointments open(now);
  store_->open(mentioned_by(reading), now - root_patience, open);
  apply(reading, open, outcomes);
  store_->save(open, now);
  return outcomes.take();
}

}  // namespace hookswitch::booking
