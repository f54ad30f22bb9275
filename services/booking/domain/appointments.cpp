#include "domain/appointments.hpp"

#include <iterator>
#include <utility>

namespace hookswitch::booking {
namespace {

void append(std::vector<Emission>& all, std::vector<Emission> more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

void Appointments::add(Appointment appointment) {
  const auto place = open_.insert(open_.end(), std::move(appointment));
  for (const auto& uid : place->uids()) by_uid_[{place->state().tenant, uid}] = place;
}

void Appointments::call_exists(const TenantId& tenant, const CallId& call) {
  calls_.insert({tenant, call});
  for (auto& appointment : open_) {
    if (appointment.state().tenant == tenant) appointment.know_call(call);
  }
}

Appointments::Place Appointments::of(const BookingWebhook& webhook) {
  const Key key(webhook.tenant, webhook.uid);
  const auto found = by_uid_.find(key);
  if (found != by_uid_.end()) return found->second;
  const auto place = open_.insert(
      open_.end(), Appointment::first_heard(webhook.tenant, webhook.uid, webhook.lane, now_));
  by_uid_[key] = place;
  return place;
}

std::vector<Emission> Appointments::hear(Said said, const BookingWebhook& webhook) {
  std::vector<Emission> told;
  auto place = of(webhook);
  if (webhook.facts.predecessor && *webhook.facts.predecessor != webhook.uid) {
    const auto earlier = by_uid_.find({webhook.tenant, *webhook.facts.predecessor});
    if (earlier == by_uid_.end()) {
      by_uid_[{webhook.tenant, *webhook.facts.predecessor}] = place;
    } else if (earlier->second != place) {
      place = join(earlier->second, place, webhook, told);
    }
  }
  place->hear(said, webhook);
  const auto& claim = webhook.facts.claimed_call;
  if (claim && calls_.contains({webhook.tenant, *claim})) place->know_call(*claim);
  append(told, place->tell(webhook.id, webhook.happened_at(), now_));
  return told;
}

// The one that has told something goes on, so that its id stays; of two that have, the one that the
// other was moved from.
Appointments::Place Appointments::join(Place earlier, Place later, const BookingWebhook& webhook,
                                       std::vector<Emission>& told) {
  const bool earlier_stays = earlier->state().id || !later->state().id;
  const auto stays = earlier_stays ? earlier : later;
  const auto goes = earlier_stays ? later : earlier;
  stays->take_over(*goes);
  for (auto& [key, place] : by_uid_) {
    if (place == goes) place = stays;
  }
  if (const auto& survivor = stays->state().id; survivor && goes->state().id) {
    told.push_back(goes->merged_into(*survivor, webhook.id, webhook.happened_at()));
  }
  if (goes->state().statements.empty()) {
    open_.erase(goes);  // of it nobody has said anything yet: it never was one
  } else {
    taken_over_.splice(taken_over_.end(), open_, goes);
  }
  return stays;
}

std::vector<Emission> Appointments::know_call(const TenantId& tenant, const CallId& call,
                                              const Uuid& cause, TimePoint happened_at) {
  std::vector<Emission> told;
  call_exists(tenant, call);
  for (auto& appointment : open_) {
    if (appointment.state().tenant != tenant) continue;
    append(told, appointment.tell(cause, happened_at, now_));
  }
  return told;
}

std::vector<Emission> Appointments::tell_overdue(const TenantId& tenant, const Uuid& cause,
                                                 TimePoint happened_at) {
  std::vector<Emission> told;
  for (auto& appointment : open_) {
    if (appointment.state().tenant != tenant || appointment.state().id) continue;
    append(told, appointment.tell(cause, happened_at, now_));
  }
  return told;
}

}  // namespace hookswitch::booking
