#pragma once
#include "domain/booking_webhook.hpp"

#include <string_view>
#include <variant>

/// What the aggregate tells. The same names as in proto-schemas/hookswitch/bookings/v1.
namespace hookswitch::booking {

enum class Status {
  unknown,
  awaiting_host,
  confirmed,
  needs_new_time,
  cancelled,
  completed,
  no_show,
};
[[nodiscard]] std::string_view to_string(Status status);

/// Where an appointment stands: what holds, whatever an event tells of its past.
struct Standing {
  Status status = Status::unknown;
  BookingUid uid;  ///< the booking that stands for the appointment now
  std::optional<TimePoint> starts_at;
  std::optional<TimePoint> ends_at;
  friend bool operator==(const Standing&, const Standing&) = default;
};

enum class Actor { unspecified, customer, host, other };

/// From when to when; absent when nobody has said it.
struct Slot {
  std::optional<TimePoint> starts_at;
  std::optional<TimePoint> ends_at;
  friend bool operator==(const Slot&, const Slot&) = default;
};

/// The host has to accept it first. Once for each booking that was requested.
struct AppointmentAwaitingHost {
  BookingUid uid;
  std::optional<BookingUid> old_uid;  ///< set when it is an appointment that is to be moved
  Slot slot;
  friend bool operator==(const AppointmentAwaitingHost&, const AppointmentAwaitingHost&) = default;
};
/// It is agreed on. About the first booking that was confirmed; told again when more is known.
struct AppointmentBooked {
  BookingUid uid;
  Slot slot;
  std::string time_zone;
  std::optional<std::int64_t> booking_id;
  std::optional<std::int64_t> event_type_id;
  std::string title;
  Person host;
  Person customer;
  std::string ical_uid;
  std::optional<CallId> call;  ///< the call in which it was made, of the same tenant for certain
  bool paid = false;
  friend bool operator==(const AppointmentBooked&, const AppointmentBooked&) = default;
};
struct AppointmentRescheduled {
  BookingUid old_uid;
  BookingUid new_uid;
  Slot old_slot;
  Slot new_slot;
  Actor by = Actor::unspecified;
  friend bool operator==(const AppointmentRescheduled&, const AppointmentRescheduled&) = default;
};
struct AppointmentCancelled {
  BookingUid uid;
  Actor by = Actor::unspecified;
  std::string reason;
  bool declined = false;  ///< the host never accepted it
  friend bool operator==(const AppointmentCancelled&, const AppointmentCancelled&) = default;
};
/// The host has given the time up and asks for another one; the appointment is not over.
struct AppointmentNeedsNewTime {
  BookingUid uid;
  std::string reason;
  friend bool operator==(const AppointmentNeedsNewTime&, const AppointmentNeedsNewTime&) = default;
};
struct AppointmentCompleted {
  BookingUid uid;
  std::optional<TimePoint> ended_at;
  friend bool operator==(const AppointmentCompleted&, const AppointmentCompleted&) = default;
};
struct AppointmentNoShow {
  BookingUid uid;
  std::int64_t absent_attendees = 0;
  friend bool operator==(const AppointmentNoShow&, const AppointmentNoShow&) = default;
};
/// Two that were told as different are one: what was told of this one holds no more, `into` goes
/// on.
struct AppointmentMerged {
  AppointmentId into;
  friend bool operator==(const AppointmentMerged&, const AppointmentMerged&) = default;
};

using AppointmentEvent =
    std::variant<AppointmentAwaitingHost, AppointmentBooked, AppointmentRescheduled,
                 AppointmentCancelled, AppointmentNeedsNewTime, AppointmentCompleted,
                 AppointmentNoShow, AppointmentMerged>;

/// The event's name, as in its ce_type ("AppointmentBooked").
[[nodiscard]] std::string_view name_of(const AppointmentEvent& event);

/// Which fact an event tells: its name and the booking that makes it that fact. An appointment is
/// booked once, so there the booking is left out.
struct FactKey {
  std::string name;
  BookingUid uid;
  friend auto operator<=>(const FactKey&, const FactKey&) = default;
};
[[nodiscard]] FactKey fact_of(const AppointmentEvent& event);

/// Equal for equal events and, for all that matters, different for different ones.
[[nodiscard]] Uuid digest_of(const AppointmentEvent& event);

/// Which telling of its fact an event is.
struct Revision {
  std::int32_t number = 1;  ///< 1, 2, 3 … as told for this fact
  Uuid digest;
  /// This content was told before, then something else: the event needs an id of its own.
  bool returned = false;
  /// What was told of this fact holds no more; the event has nothing but the booking's uid.
  bool withdrawn = false;
  friend bool operator==(const Revision&, const Revision&) = default;
};

/// An event with its place in the aggregate's history.
struct Emission {
  AppointmentId appointment;
  TenantId tenant;
  Lane lane;
  std::int64_t sequence = 0;  ///< the aggregate's version after it: 1, 2, 3 …
  Uuid cause;                 ///< the webhook that made it be told, or nil
  TimePoint happened_at;
  Revision revision;
  Standing standing;
  std::optional<CallId> call;
  AppointmentEvent event;
  friend bool operator==(const Emission&, const Emission&) = default;
};

}  // namespace hookswitch::booking
