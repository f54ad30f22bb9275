#include "domain/appointment_events.hpp"

#include <cstdlib>

namespace hookswitch::booking {
namespace {

/// Collects the parts of a content, each with its length, so that no two contents run together.
class Text {
 public:
  Text& operator<<(std::string_view part) {
    text_ += std::to_string(part.size());
    text_ += ':';
    text_ += part;
    return *this;
  }
  Text& operator<<(std::int64_t number) {
    return *this << std::string_view(std::to_string(number));
  }
  Text& operator<<(bool flag) { return *this << std::string_view(flag ? "t" : "f"); }
  Text& operator<<(Actor actor) { return *this << static_cast<std::int64_t>(actor); }
  Text& operator<<(TimePoint instant) { return *this << to_epoch_ms(instant); }
  template <class Tag>
  Text& operator<<(const StrongId<Tag>& id) {
    return *this << std::string_view(id.str());
  }
  template <class T>
  Text& operator<<(const std::optional<T>& value) {
    if (value) return *this << *value;
    text_ += '-';
    return *this;
  }
  Text& operator<<(const Slot& slot) { return *this << slot.starts_at << slot.ends_at; }
  Text& operator<<(const Person& person) {
    return *this << std::string_view(person.name) << std::string_view(person.email)
                 << std::string_view(person.phone);
  }
  [[nodiscard]] const std::string& str() const { return text_; }

 private:
  std::string text_;
};

std::string_view view(const std::string& text) { return text; }

struct Describe {
  Text& to;
  void operator()(const AppointmentAwaitingHost& e) const { to << e.uid << e.old_uid << e.slot; }
  void operator()(const AppointmentBooked& e) const {
    to << e.uid << e.slot << view(e.time_zone) << e.booking_id << e.event_type_id << view(e.title)
       << e.host << e.customer << view(e.ical_uid) << e.call << e.paid;
  }
  void operator()(const AppointmentRescheduled& e) const {
    to << e.old_uid << e.new_uid << e.old_slot << e.new_slot << e.by;
  }
  void operator()(const AppointmentCancelled& e) const {
    to << e.uid << e.by << view(e.reason) << e.declined;
  }
  void operator()(const AppointmentNeedsNewTime& e) const { to << e.uid << view(e.reason); }
  void operator()(const AppointmentCompleted& e) const { to << e.uid << e.ended_at; }
  void operator()(const AppointmentNoShow& e) const { to << e.uid << e.absent_attendees; }
  void operator()(const AppointmentMerged& e) const { to << e.into; }
};

struct Name {
  std::string_view operator()(const AppointmentAwaitingHost&) const {
    return "AppointmentAwaitingHost";
  }
  std::string_view operator()(const AppointmentBooked&) const { return "AppointmentBooked"; }
  std::string_view operator()(const AppointmentRescheduled&) const {
    return "AppointmentRescheduled";
  }
  std::string_view operator()(const AppointmentCancelled&) const { return "AppointmentCancelled"; }
  std::string_view operator()(const AppointmentNeedsNewTime&) const {
    return "AppointmentNeedsNewTime";
  }
  std::string_view operator()(const AppointmentCompleted&) const { return "AppointmentCompleted"; }
  std::string_view operator()(const AppointmentNoShow&) const { return "AppointmentNoShow"; }
  std::string_view operator()(const AppointmentMerged&) const { return "AppointmentMerged"; }
};

struct Uid {
  BookingUid operator()(const AppointmentBooked&) const { return {}; }
  BookingUid operator()(const AppointmentMerged&) const { return {}; }
  BookingUid operator()(const AppointmentRescheduled& e) const { return e.new_uid; }
  template <class Event>
  BookingUid operator()(const Event& event) const {
    return event.uid;
  }
};

}  // namespace

std::string_view to_string(Status status) {
  switch (status) {
    case Status::unknown:
      return "unknown";
    case Status::awaiting_host:
      return "awaiting_host";
    case Status::confirmed:
      return "confirmed";
    case Status::needs_new_time:
      return "needs_new_time";
    case Status::cancelled:
      return "cancelled";
    case Status::completed:
      return "completed";
    case Status::no_show:
      return "no_show";
  }
  std::abort();
}

std::string_view name_of(const AppointmentEvent& event) { return std::visit(Name{}, event); }

FactKey fact_of(const AppointmentEvent& event) {
  return {std::string(name_of(event)), std::visit(Uid{}, event)};
}

Uuid digest_of(const AppointmentEvent& event) {
  Text text;
  text << name_of(event);
  std::visit(Describe{text}, event);
  return uuid_v5(hookswitch_namespace, text.str());
}

}  // namespace hookswitch::booking
