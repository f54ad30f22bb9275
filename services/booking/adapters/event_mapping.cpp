#include "adapters/event_mapping.hpp"

#include <hookswitch/bookings/v1/booking_events.pb.h>
#include <hookswitch/events/topics.hpp>

#include <string>
#include <utility>

namespace hookswitch::booking {
namespace {

namespace proto = hookswitch::bookings::v1;

proto::AppointmentStatus status_of(Status status) {
  switch (status) {
    case Status::unknown:
      return proto::APPOINTMENT_STATUS_UNSPECIFIED;
    case Status::awaiting_host:
      return proto::APPOINTMENT_STATUS_AWAITING_HOST;
    case Status::confirmed:
      return proto::APPOINTMENT_STATUS_CONFIRMED;
    case Status::needs_new_time:
      return proto::APPOINTMENT_STATUS_NEEDS_NEW_TIME;
    case Status::cancelled:
      return proto::APPOINTMENT_STATUS_CANCELLED;
    case Status::completed:
      return proto::APPOINTMENT_STATUS_COMPLETED;
    case Status::no_show:
      return proto::APPOINTMENT_STATUS_NO_SHOW;
  }
  return proto::APPOINTMENT_STATUS_UNSPECIFIED;
}

proto::Actor actor_of(Actor actor) {
  switch (actor) {
    case Actor::unspecified:
      return proto::ACTOR_UNSPECIFIED;
    case Actor::customer:
      return proto::ACTOR_CUSTOMER;
    case Actor::host:
      return proto::ACTOR_HOST;
    case Actor::other:
      return proto::ACTOR_OTHER;
  }
  return proto::ACTOR_UNSPECIFIED;
}

/// Fills a message of each event; what all have in common first.
struct Map {
  const Emission& emission;

  struct Written {
    std::string type;
    std::string value;
  };

  void personal(hookswitch::privacy::v1::PersonalText* to, const std::string& text) const {
    to->set_subject_ref("appointment/" + emission.appointment.str());
    to->set_plain(text);
  }
  void person(proto::Person* to, const Person& from) const {
    if (!from.name.empty()) personal(to->mutable_name(), from.name);
    if (!from.email.empty()) personal(to->mutable_email(), from.email);
    if (!from.phone.empty()) personal(to->mutable_phone(), from.phone);
  }

  template <class Message>
  Message begin() const {
    Message message;
    message.set_appointment_id(emission.appointment.str());
    message.set_revision(emission.revision.number);
    message.set_withdrawn(emission.revision.withdrawn);
    auto* standing = message.mutable_standing();
    standing->set_status(status_of(emission.standing.status));
    standing->set_calcom_uid(emission.standing.uid.str());
    if (const auto& at = emission.standing.starts_at) standing->set_start_ms(to_epoch_ms(*at));
    if (const auto& at = emission.standing.ends_at) standing->set_end_ms(to_epoch_ms(*at));
    return message;
  }
  template <class Message>
  static Written write(const Message& message) {
    return {message.GetTypeName(), message.SerializeAsString()};
  }

  Written operator()(const AppointmentAwaitingHost& event) const {
    auto message = begin<proto::AppointmentAwaitingHost>();
    message.set_calcom_uid(event.uid.str());
    if (event.old_uid) message.set_old_calcom_uid(event.old_uid->str());
    if (event.slot.starts_at) message.set_start_ms(to_epoch_ms(*event.slot.starts_at));
    if (event.slot.ends_at) message.set_end_ms(to_epoch_ms(*event.slot.ends_at));
    return write(message);
  }
  Written operator()(const AppointmentBooked& event) const {
    auto message = begin<proto::AppointmentBooked>();
    message.set_calcom_uid(event.uid.str());
    if (event.slot.starts_at) message.set_start_ms(to_epoch_ms(*event.slot.starts_at));
    if (event.slot.ends_at) message.set_end_ms(to_epoch_ms(*event.slot.ends_at));
    message.set_time_zone(event.time_zone);
    if (event.booking_id) message.set_calcom_booking_id(*event.booking_id);
    if (event.event_type_id) message.set_calcom_event_type_id(*event.event_type_id);
    if (!event.title.empty()) personal(message.mutable_title(), event.title);
    person(message.mutable_host(), event.host);
    person(message.mutable_customer(), event.customer);
    message.set_ical_uid(event.ical_uid);
    if (event.call) message.set_call_id(event.call->str());
    message.set_paid(event.paid);
    return write(message);
  }
  Written operator()(const AppointmentRescheduled& event) const {
    auto message = begin<proto::AppointmentRescheduled>();
    message.set_old_calcom_uid(event.old_uid.str());
    message.set_new_calcom_uid(event.new_uid.str());
    if (const auto& at = event.old_slot.starts_at) message.set_old_start_ms(to_epoch_ms(*at));
    if (const auto& at = event.old_slot.ends_at) message.set_old_end_ms(to_epoch_ms(*at));
    if (const auto& at = event.new_slot.starts_at) message.set_new_start_ms(to_epoch_ms(*at));
    if (const auto& at = event.new_slot.ends_at) message.set_new_end_ms(to_epoch_ms(*at));
    message.set_by(actor_of(event.by));
    return write(message);
  }
  Written operator()(const AppointmentCancelled& event) const {
    auto message = begin<proto::AppointmentCancelled>();
    message.set_calcom_uid(event.uid.str());
    message.set_by(actor_of(event.by));
    if (!event.reason.empty()) personal(message.mutable_reason(), event.reason);
    message.set_declined(event.declined);
    return write(message);
  }
  Written operator()(const AppointmentNeedsNewTime& event) const {
    auto message = begin<proto::AppointmentNeedsNewTime>();
    message.set_calcom_uid(event.uid.str());
    if (!event.reason.empty()) personal(message.mutable_reason(), event.reason);
    return write(message);
  }
  Written operator()(const AppointmentCompleted& event) const {
    auto message = begin<proto::AppointmentCompleted>();
    message.set_calcom_uid(event.uid.str());
    if (event.ended_at) message.set_ended_at_ms(to_epoch_ms(*event.ended_at));
    return write(message);
  }
  Written operator()(const AppointmentNoShow& event) const {
    auto message = begin<proto::AppointmentNoShow>();
    message.set_calcom_uid(event.uid.str());
    message.set_absent_attendees(event.absent_attendees);
    return write(message);
  }
  Written operator()(const AppointmentMerged& event) const {
    proto::AppointmentMerged message;
    message.set_appointment_id(emission.appointment.str());
    message.set_into_appointment_id(event.into.str());
    return write(message);
  }
};

/// The content alone, so that every order of arrival ends under one id. What has no content or an
/// old one gets its place among the tellings of its fact.
std::string revision_key(const Emission& emission) {
  const auto& revision = emission.revision;
  const auto number = "#" + std::to_string(revision.number);
  if (revision.withdrawn) return fact_of(emission.event).uid.str() + number;
  return revision.digest.to_string() + (revision.returned ? number : "");
}

}  // namespace

events::OutboundRecord to_record(const Emission& emission, const events::Envelope& cause) {
  auto written = std::visit(Map{emission}, emission.event);
  const auto& id = emission.appointment.str();
  events::Envelope envelope;
  envelope.id = events::domain_event_id(id, written.type, revision_key(emission));
  envelope.source = event_source;
  envelope.type = std::move(written.type);
  envelope.time = emission.happened_at;
  envelope.subject = id;
  envelope.data_schema = "hookswitch/bookings/v1/booking_events.proto";
  envelope.content_type = "application/protobuf";
  envelope.tenant = emission.tenant;
  if (emission.call) envelope.correlation_id = emission.call->str();
  envelope.causation_id = emission.cause;
  envelope.sequence = emission.sequence;
  envelope.trace_parent = cause.trace_parent;
  return {std::string(events::topics::bookings), id, std::move(written.value),
          events::to_headers(envelope)};
}

}  // namespace hookswitch::booking
