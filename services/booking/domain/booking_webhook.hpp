#pragma once
#include "domain/ids.hpp"

#include <hookswitch/core/time.hpp>
#include <hookswitch/core/uuid.hpp>

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace hookswitch::booking {

/// What kind of thing a webhook says, in the order in which facts about a booking are believed
/// where several kinds give one.
enum class Said : std::int16_t {
  created = 1,
  rescheduled = 2,
  requested = 3,
  paid = 4,
  payment_initiated = 5,
  cancelled = 6,
  rejected = 7,
  meeting_started = 8,
  meeting_ended = 9,
  no_show = 10,
};

struct Person {
  std::string name;
  std::string email;
  std::string phone;
  friend bool operator==(const Person&, const Person&) = default;
};

/// What a webhook says about the booking of its uid. Empty or absent: it does not say. Vocabularies
/// are open.
struct BookingFacts {
  std::string status;  ///< ACCEPTED, PENDING, CANCELLED, REJECTED
  std::optional<TimePoint> starts_at;
  std::optional<TimePoint> ends_at;
  std::optional<std::int64_t> booking_id;
  std::optional<std::int64_t> event_type_id;
  std::string title;
  std::string time_zone;  ///< the host's, IANA
  Person host;
  Person customer;
  std::string ical_uid;
  std::optional<std::int64_t> ical_sequence;
  std::optional<CallId> claimed_call;  ///< metadata's: a claim, to be checked
  // Of a booking that another one was moved to:
  std::optional<BookingUid> predecessor;
  std::optional<std::int64_t> old_booking_id;
  std::optional<TimePoint> old_starts_at;
  std::optional<TimePoint> old_ends_at;
  // Of who moved or cancelled it:
  std::string actor_email;
  std::string reason;
  bool new_time_requested = false;  ///< a cancellation that asks for another time
  // Of seats and people:
  bool seated = false;                  ///< several customers book seats of one booking
  std::vector<std::string> seat_marks;  ///< seated: a digest for each attendee named, sorted
  std::int64_t absent_attendees = 0;    ///< no_show: how many are marked
  friend bool operator==(const BookingFacts&, const BookingFacts&) = default;
};

/// One webhook about a booking, neutral of how it came.
struct BookingWebhook {
  Uuid id;
  TenantId tenant;
  BookingUid uid;
  std::optional<TimePoint> said_at;  ///< when Cal.com says that it happened
  TimePoint received_at;
  Lane lane;  ///< it came in
  BookingFacts facts;
  [[nodiscard]] TimePoint happened_at() const { return said_at.value_or(received_at); }
};

/// What has been said of a booking. Of two that say the same kind of thing, the later one holds.
struct Statement {
  Said said = Said::created;
  Uuid webhook;
  std::optional<TimePoint> said_at;
  TimePoint received_at;
  BookingFacts facts;
  friend bool operator==(const Statement&, const Statement&) = default;
};

/// Which statements can replace one another: those of one booking, of one kind, and of one variant
/// (the predecessor that it names, or the seats that it speaks of).
struct StatementKey {
  BookingUid uid;
  Said said = Said::created;
  std::string variant;
  friend auto operator<=>(const StatementKey&, const StatementKey&) = default;
};

[[nodiscard]] StatementKey key_of(const BookingUid& uid, Said said, const BookingFacts& facts);

/// True when `challenger` is to be kept rather than `holder` of the same key: said later, then the
/// higher webhook id. A strict total order over webhooks, so that arrival decides nothing.
[[nodiscard]] inline bool beats(const Statement& challenger, const Statement& holder) {
  return std::tie(challenger.said_at, challenger.webhook) >
         std::tie(holder.said_at, holder.webhook);
}

}  // namespace hookswitch::booking
