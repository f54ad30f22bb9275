#pragma once
#include "application/use_cases.hpp"
#include "domain/appointments.hpp"

#include <map>
#include <string>
#include <vector>

/// Webhooks as the domain sees them, for tests of rules.
namespace hookswitch::booking::testing {

/// A webhook with the use case that handles it.
struct Sent {
  UseCase use_case;
  BookingWebhook webhook;
};

inline TimePoint at_minute(std::int64_t minute) {
  return from_epoch_ms(1'795'421'000'000 + minute * 60'000);
}
inline TimePoint now() { return at_minute(1000); }

/// One that Cal.com says to be of that minute.
inline BookingWebhook webhook(const std::string& uid, const std::string& name,
                              std::int64_t minute) {
  BookingWebhook made;
  made.id = uuid_v5(hookswitch_namespace, name + uid + std::to_string(minute));
  made.tenant = TenantId("lindenhof");
  made.uid = BookingUid(uid);
  made.said_at = at_minute(minute);
  made.received_at = now();
  made.facts.host = {"Lena Brandt", "lena@example.org", ""};
  made.facts.customer = {"Jana", "jana@example.org", "+4917604069012"};
  made.facts.event_type_id = 2204518;
  return made;
}

/// A booking's slot follows from its uid, so that a wrong one shows.
inline Slot slot_for(const std::string& uid) {
  const auto starts = at_minute(10'000 + 60 * static_cast<unsigned char>(uid.front()));
  return {starts, starts + std::chrono::minutes{30}};
}

inline BookingWebhook placed(const std::string& uid, const std::string& name, std::int64_t minute) {
  auto made = webhook(uid, name, minute);
  made.facts.starts_at = slot_for(uid).starts_at;
  made.facts.ends_at = slot_for(uid).ends_at;
  return made;
}

inline Sent created(const std::string& uid, std::int64_t minute = 1) {
  auto made = placed(uid, "created", minute);
  made.facts.status = "ACCEPTED";
  return {on_booking_created, made};
}
inline Sent requested(const std::string& uid, std::int64_t minute = 1) {
  auto made = placed(uid, "requested", minute);
  made.facts.status = "PENDING";
  return {on_booking_requested, made};
}
inline void moved_from(BookingWebhook& made, const std::string& old_uid) {
  made.facts.predecessor = BookingUid(old_uid);
  made.facts.old_starts_at = slot_for(old_uid).starts_at;
  made.facts.old_ends_at = slot_for(old_uid).ends_at;
}
inline Sent rescheduled(const std::string& uid, const std::string& old_uid,
                        std::int64_t minute = 2) {
  auto made = created(uid, minute).webhook;
  made.id = uuid_v5(hookswitch_namespace, "rescheduled" + uid + old_uid);
  moved_from(made, old_uid);
  made.facts.actor_email = "jana@example.org";
  made.facts.ical_sequence = 1;
  return {on_booking_rescheduled, made};
}
inline Sent reschedule_requested(const std::string& uid, const std::string& old_uid,
                                 std::int64_t minute = 2) {
  auto made = requested(uid, minute).webhook;
  moved_from(made, old_uid);
  made.facts.ical_sequence = 1;
  return {on_booking_requested, made};
}
inline Sent cancelled(const std::string& uid, std::int64_t minute = 5) {
  auto made = placed(uid, "cancelled", minute);
  made.facts.status = "CANCELLED";
  made.facts.actor_email = "Jana@example.org";
  made.facts.reason = "Erkältet";
  return {on_booking_cancelled, made};
}
inline Sent new_time_requested(const std::string& uid, std::int64_t minute = 5) {
  auto made = cancelled(uid, minute).webhook;
  made.id = uuid_v5(hookswitch_namespace, "new time" + uid);
  made.facts.new_time_requested = true;
  return {on_booking_cancelled, made};
}
inline Sent rejected(const std::string& uid, std::int64_t minute = 5) {
  auto made = placed(uid, "rejected", minute);
  made.facts.status = "REJECTED";
  return {on_booking_rejected, made};
}
inline Sent no_show(const std::string& uid, std::int64_t absent = 1, std::int64_t minute = 9) {
  auto made = webhook(uid, "no show", minute);
  made.facts = {};
  made.facts.absent_attendees = absent;
  return {on_booking_no_show_updated, made};
}
inline Sent paid(const std::string& uid, std::int64_t minute = 3) {
  return {on_booking_paid, placed(uid, "paid", minute)};
}
inline Sent payment_initiated(const std::string& uid, std::int64_t minute = 2) {
  return {on_booking_payment_initiated, placed(uid, "payment", minute)};
}
inline Sent meeting_started(const std::string& uid) {
  return {on_meeting_started, placed(uid, "started", 6)};
}
inline Sent meeting_ended(const std::string& uid) {
  return {on_meeting_ended, placed(uid, "ended", 8)};
}

inline std::vector<std::string> names_of(const std::vector<Emission>& told) {
  std::vector<std::string> names;
  for (const auto& emission : told) {
    names.push_back((emission.revision.withdrawn ? "not " : "") +
                    std::string(name_of(emission.event)));
  }
  return names;
}

/// Applies, and gives everything told.
inline std::vector<Emission> apply(Appointments& open, const std::vector<Sent>& sent) {
  std::vector<Emission> told;
  for (const auto& one : sent) {
    for (auto& emission : one.use_case(open, one.webhook)) told.push_back(std::move(emission));
  }
  return told;
}

}  // namespace hookswitch::booking::testing
