#include "adapters/event_mapping.hpp"

#include <hookswitch/bookings/v1/booking_events.pb.h>

#include <catch2/catch.hpp>

#include <string>
#include <utility>

namespace hookswitch::booking::testing {
namespace {

namespace proto = hookswitch::bookings::v1;
const auto noon = from_epoch_ms(1'795'800'000'000);
const auto one_o_clock = from_epoch_ms(1'795'803'600'000);

Emission told(AppointmentEvent event, Status status = Status::confirmed) {
  Emission emission;
  emission.appointment = AppointmentId("a1");
  emission.tenant = TenantId("lindenhof");
  emission.sequence = 3;
  emission.cause = Uuid{{7}};
  emission.happened_at = noon;
  emission.revision.number = 2;
  emission.standing = {status, BookingUid("uid-2"), noon, one_o_clock};
  emission.event = std::move(event);
  return emission;
}

/// What a subscriber reads of it.
template <class Message>
Message read(const Emission& emission) {
  const auto record = to_record(emission, {});
  Message message;
  CHECK(record.headers.find("ce_type") == message.GetTypeName());
  CHECK(record.key == "a1");
  REQUIRE(message.ParseFromString(*record.value));
  CHECK(message.appointment_id() == "a1");
  return message;
}

}  // namespace

TEST_CASE("what waits for the host is told with its times and the booking it is to replace") {
  AppointmentAwaitingHost event{BookingUid("uid-2"), BookingUid("uid-1"), {noon, one_o_clock}};
  const auto message = read<proto::AppointmentAwaitingHost>(told(event, Status::awaiting_host));
  CHECK(message.calcom_uid() == "uid-2");
  CHECK(message.old_calcom_uid() == "uid-1");
  CHECK(message.start_ms() == 1'795'800'000'000);
  CHECK(message.end_ms() == 1'795'803'600'000);
  CHECK(message.revision() == 2);
  CHECK_FALSE(message.withdrawn());
  CHECK(message.standing().status() == proto::APPOINTMENT_STATUS_AWAITING_HOST);
  CHECK(message.standing().calcom_uid() == "uid-2");
  CHECK(message.standing().start_ms() == 1'795'800'000'000);
  CHECK(message.standing().end_ms() == 1'795'803'600'000);

  event.old_uid.reset();
  event.slot = {};
  const auto bare = read<proto::AppointmentAwaitingHost>(told(event));
  CHECK_FALSE(bare.has_old_calcom_uid());
  CHECK_FALSE(bare.has_start_ms());
  CHECK_FALSE(bare.has_end_ms());
}

TEST_CASE("a time that the host has given up is told with the reason, as a word of a person") {
  const AppointmentNeedsNewTime event{BookingUid("uid-2"), "sick today"};
  const auto message = read<proto::AppointmentNeedsNewTime>(told(event, Status::needs_new_time));
  CHECK(message.calcom_uid() == "uid-2");
  CHECK(message.reason().plain() == "sick today");
  CHECK(message.reason().subject_ref() == "appointment/a1");
  CHECK(message.standing().status() == proto::APPOINTMENT_STATUS_NEEDS_NEW_TIME);
  const AppointmentNeedsNewTime without{BookingUid("uid-2"), ""};
  CHECK_FALSE(read<proto::AppointmentNeedsNewTime>(told(without)).has_reason());
}

TEST_CASE("an appointment that took place is told with its end, if that was said") {
  const AppointmentCompleted event{BookingUid("uid-2"), one_o_clock};
  const auto message = read<proto::AppointmentCompleted>(told(event, Status::completed));
  CHECK(message.calcom_uid() == "uid-2");
  CHECK(message.ended_at_ms() == 1'795'803'600'000);
  CHECK(message.standing().status() == proto::APPOINTMENT_STATUS_COMPLETED);
  const AppointmentCompleted without{BookingUid("uid-2"), std::nullopt};
  CHECK_FALSE(read<proto::AppointmentCompleted>(told(without)).has_ended_at_ms());
}

TEST_CASE("of two appointments that are one, the one that ends names the other") {
  const auto message = read<proto::AppointmentMerged>(told(AppointmentMerged{AppointmentId("a2")}));
  CHECK(message.into_appointment_id() == "a2");
}

TEST_CASE("who cancelled or moved an appointment is told in the schema's words") {
  const std::pair<Actor, proto::Actor> actors[] = {{Actor::unspecified, proto::ACTOR_UNSPECIFIED},
                                                   {Actor::customer, proto::ACTOR_CUSTOMER},
                                                   {Actor::host, proto::ACTOR_HOST},
                                                   {Actor::other, proto::ACTOR_OTHER}};
  for (const auto& [actor, word] : actors) {
    const AppointmentCancelled cancelled{BookingUid("uid-2"), actor, "", false};
    CHECK(read<proto::AppointmentCancelled>(told(cancelled)).by() == word);
    const AppointmentRescheduled moved{BookingUid("uid-1"), BookingUid("uid-2"), {}, {}, actor};
    CHECK(read<proto::AppointmentRescheduled>(told(moved)).by() == word);
  }
}

TEST_CASE("where an appointment stands is told in the schema's words") {
  const std::pair<Status, proto::AppointmentStatus> statuses[] = {
      {Status::unknown, proto::APPOINTMENT_STATUS_UNSPECIFIED},
      {Status::awaiting_host, proto::APPOINTMENT_STATUS_AWAITING_HOST},
      {Status::confirmed, proto::APPOINTMENT_STATUS_CONFIRMED},
      {Status::needs_new_time, proto::APPOINTMENT_STATUS_NEEDS_NEW_TIME},
      {Status::cancelled, proto::APPOINTMENT_STATUS_CANCELLED},
      {Status::completed, proto::APPOINTMENT_STATUS_COMPLETED},
      {Status::no_show, proto::APPOINTMENT_STATUS_NO_SHOW}};
  for (const auto& [status, word] : statuses) {
    const AppointmentNoShow event{BookingUid("uid-2"), 1};
    CHECK(read<proto::AppointmentNoShow>(told(event, status)).standing().status() == word);
  }
}

}  // namespace hookswitch::booking::testing
