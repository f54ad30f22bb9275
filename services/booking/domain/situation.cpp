#include "domain/situation.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace hookswitch::booking {
namespace {

bool is_empty(const std::string& value) { return value.empty(); }
template <class T>
bool is_empty(const std::optional<T>& value) {
  return !value;
}

/// The first thing that anybody says of it: the booking's own webhooks first, then those of the
/// bookings that it was moved to, then of those before it.
template <class Get>
auto first_said(const Chain& chain, const BookingUid& uid, const Get& get) {
  using Value = std::decay_t<decltype(get(std::declval<const BookingFacts&>()))>;
  const auto of = [&](const BookingUid& one) -> Value {
    for (const auto* statement : chain.at(one).said) {
      if (const auto& value = get(statement->facts); !is_empty(value)) return value;
    }
    return {};
  };
  if (auto own = of(uid); !is_empty(own)) return own;
  const auto& uids = chain.uids();
  const auto place = std::find(uids.begin(), uids.end(), uid);
  for (auto next = place; next != uids.end(); ++next) {
    if (auto value = of(*next); !is_empty(value)) return value;
  }
  for (auto before = uids.begin(); before != place; ++before) {
    if (auto value = of(*before); !is_empty(value)) return value;
  }
  return Value{};
}

template <class Get>
auto own_said(const Chain& chain, const BookingUid& uid, const Get& get) {
  using Value = std::decay_t<decltype(get(std::declval<const BookingFacts&>()))>;
  for (const auto* statement : chain.at(uid).said) {
    if (const auto& value = get(statement->facts); !is_empty(value)) return value;
  }
  return Value{};
}

/// Its own times, else those that the booking it was moved to remembers of it.
Slot slot_of(const Chain& chain, const BookingUid& uid) {
  Slot slot{own_said(chain, uid, [](const auto& f) { return f.starts_at; }),
            own_said(chain, uid, [](const auto& f) { return f.ends_at; })};
  for (const auto& next : chain.at(uid).successors) {
    const auto& link = chain.at(next).link->facts;
    if (!slot.starts_at) slot.starts_at = link.old_starts_at;
    if (!slot.ends_at) slot.ends_at = link.old_ends_at;
  }
  return slot;
}

std::optional<std::int64_t> booking_id_of(const Chain& chain, const BookingUid& uid) {
  auto id = own_said(chain, uid, [](const auto& f) { return f.booking_id; });
  for (const auto& next : chain.at(uid).successors) {
    if (!id) id = chain.at(next).link->facts.old_booking_id;
  }
  return id;
}

Person host_of(const Chain& chain, const BookingUid& uid) {
  return {first_said(chain, uid, [](const auto& f) { return f.host.name; }),
          first_said(chain, uid, [](const auto& f) { return f.host.email; }),
          first_said(chain, uid, [](const auto& f) { return f.host.phone; })};
}

Person customer_of(const Chain& chain, const BookingUid& uid) {
  return {first_said(chain, uid, [](const auto& f) { return f.customer.name; }),
          first_said(chain, uid, [](const auto& f) { return f.customer.email; }),
          first_said(chain, uid, [](const auto& f) { return f.customer.phone; })};
}

bool same_address(const std::string& a, const std::string& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char left, char right) {
    return std::tolower(static_cast<unsigned char>(left)) ==
           std::tolower(static_cast<unsigned char>(right));
  });
}

Actor actor_of(const Chain& chain, const BookingUid& uid, const std::string& email) {
  if (email.empty()) return Actor::unspecified;
  if (same_address(email, host_of(chain, uid).email)) return Actor::host;
  if (same_address(email, customer_of(chain, uid).email)) return Actor::customer;
  return Actor::other;
}

AppointmentBooked booked(const Chain& chain, const BookingUid& uid,
                         const std::optional<CallId>& call) {
  AppointmentBooked event;
  event.uid = uid;
  event.slot = slot_of(chain, uid);
  event.time_zone = first_said(chain, uid, [](const auto& f) { return f.time_zone; });
  event.booking_id = booking_id_of(chain, uid);
  event.event_type_id = first_said(chain, uid, [](const auto& f) { return f.event_type_id; });
  event.title = first_said(chain, uid, [](const auto& f) { return f.title; });
  event.host = host_of(chain, uid);
  event.customer = customer_of(chain, uid);
  event.ical_uid = first_said(chain, uid, [](const auto& f) { return f.ical_uid; });
  event.call = call;
  event.paid = std::any_of(chain.uids().begin(), chain.uids().end(), [&](const auto& one) {
    return chain.at(one).find(Said::paid) != nullptr;
  });
  return event;
}

AppointmentRescheduled rescheduled(const Chain& chain, const BookingUid& from,
                                   const BookingUid& to) {
  return {from, to, slot_of(chain, from), slot_of(chain, to),
          actor_of(chain, to, chain.at(to).link->facts.actor_email)};
}

AppointmentCancelled cancelled(const Chain& chain, const BookingUid& uid, const Statement& ending) {
  const bool declined = ending.said == Said::rejected;
  const auto by = actor_of(chain, uid, ending.facts.actor_email);
  return {uid, declined && by == Actor::unspecified ? Actor::host : by, ending.facts.reason,
          declined};
}

bool somebody_was_absent(const Chain& chain, const BookingUid& uid) {
  const auto* no_show = chain.at(uid).find(Said::no_show);
  return no_show != nullptr && no_show->facts.absent_attendees > 0;
}

/// What has become of the booking that stands for the appointment. Each fact by itself, whichever
/// came first; which of them counts is the standing's to say.
void tell_outcome(const Chain& chain, std::vector<AppointmentEvent>& facts) {
  const auto& uid = chain.tip();
  if (const auto* ended = chain.at(uid).find(Said::meeting_ended)) {
    const auto end = slot_of(chain, uid).ends_at;
    facts.emplace_back(
        AppointmentCompleted{uid, ended->facts.ends_at ? ended->facts.ends_at : end});
  }
  if (somebody_was_absent(chain, uid)) {
    facts.emplace_back(
        AppointmentNoShow{uid, chain.at(uid).find(Said::no_show)->facts.absent_attendees});
  }
  const auto* ending = chain.ending(uid);
  if (ending == nullptr) return;
  if (ending->facts.new_time_requested) {
    facts.emplace_back(AppointmentNeedsNewTime{uid, ending->facts.reason});
  } else {
    facts.emplace_back(cancelled(chain, uid, *ending));
  }
}

Status status_of(const Chain& chain) {
  const auto& uid = chain.tip();
  if (const auto* ending = chain.ending(uid)) {
    return ending->facts.new_time_requested ? Status::needs_new_time : Status::cancelled;
  }
  if (somebody_was_absent(chain, uid)) return Status::no_show;
  if (chain.at(uid).find(Said::meeting_ended) != nullptr) return Status::completed;
  if (chain.confirmed(uid)) return Status::confirmed;
  if (chain.requested(uid)) return Status::awaiting_host;
  return Status::unknown;
}

std::optional<CallId> call_of(const Chain& chain, const std::set<CallId>& calls_known) {
  for (const auto& uid : chain.uids()) {
    for (const auto* statement : chain.at(uid).said) {
      const auto& claim = statement->facts.claimed_call;
      if (claim && calls_known.contains(*claim)) return claim;
    }
  }
  return std::nullopt;
}

}  // namespace

Situation situation_of(const Chain& chain, const std::set<CallId>& calls_known) {
  Situation situation;
  situation.call = call_of(chain, calls_known);
  bool is_booked = false;
  for (const auto& uid : chain.uids()) {
    const auto predecessor = chain.predecessor(uid);
    if (chain.requested(uid)) {
      situation.facts.emplace_back(AppointmentAwaitingHost{uid, predecessor, slot_of(chain, uid)});
    }
    if (!chain.confirmed(uid)) continue;
    if (!is_booked) {
      situation.facts.emplace_back(booked(chain, uid, situation.call));
    } else if (predecessor) {
      situation.facts.emplace_back(rescheduled(chain, *predecessor, uid));
    }
    is_booked = true;
  }
  tell_outcome(chain, situation.facts);
  const auto slot = slot_of(chain, chain.tip());
  situation.standing = {status_of(chain), chain.tip(), slot.starts_at, slot.ends_at};
  return situation;
}

}  // namespace hookswitch::booking
