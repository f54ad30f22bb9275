#include "support/webhooks.hpp"

#include <catch2/catch.hpp>

namespace hookswitch::booking::testing {
namespace {

Sent claiming(Sent sent, const std::string& call) {
  sent.webhook.facts.claimed_call = CallId(call);
  return sent;
}
Sent of_tenant(Sent sent, const std::string& tenant) {
  sent.webhook.tenant = TenantId(tenant);
  return sent;
}
Sent with_seats(Sent sent, std::vector<std::string> marks) {
  sent.webhook.id = uuid_v5(sent.webhook.id, marks.empty() ? "" : marks.front());
  sent.webhook.facts.seated = true;
  sent.webhook.facts.seat_marks = std::move(marks);
  return sent;
}

const AppointmentBooked& booked(const Emission& emission) {
  return std::get<AppointmentBooked>(emission.event);
}

}  // namespace

TEST_CASE("several deliveries of one fact are one fact") {
  Appointments open(now());
  REQUIRE(apply(open, {created("A")}).size() == 1);
  CHECK(apply(open, {created("A", 1), created("A", 3), created("A", 2)}).empty());
}

TEST_CASE("an event tells who moved it, from when to when") {
  Appointments open(now());
  const auto told = apply(open, {created("A"), rescheduled("B", "A")});
  REQUIRE(told.size() == 2);
  const auto& moved = std::get<AppointmentRescheduled>(told[1].event);
  CHECK(moved.old_slot == slot_for("A"));
  CHECK(moved.new_slot == slot_for("B"));
  CHECK(moved.by == Actor::customer);
  CHECK(told[1].standing.starts_at == slot_for("B").starts_at);
  CHECK(told[0].appointment == told[1].appointment);
}

TEST_CASE("an appointment is linked to its call when the tenant has that call, before or after") {
  for (const bool call_first : {true, false}) {
    Appointments open(now());
    const HeardCall heard{{}, TenantId("lindenhof"), CallId("call_1"), now()};
    std::vector<Emission> told;
    if (call_first) std::ignore = on_call_heard_of(open, heard);
    told = apply(open, {claiming(created("A"), "call_1")});
    if (!call_first) {
      CHECK_FALSE(booked(told.back()).call);
      told = on_call_heard_of(open, heard);
    }
    REQUIRE(told.size() == 1);
    CHECK(booked(told[0]).call == CallId("call_1"));
    CHECK(told[0].call == CallId("call_1"));
  }
}

TEST_CASE("another tenant's call is not linked, whatever the metadata says") {
  Appointments open(now());
  std::ignore = on_call_heard_of(open, {{}, TenantId("aurora"), CallId("call_1"), now()});
  const auto told = apply(open, {claiming(created("A"), "call_1")});
  CHECK_FALSE(booked(told.at(0)).call);
  CHECK(on_call_heard_of(open, {{}, TenantId("aurora"), CallId("call_1"), now()}).empty());
}

TEST_CASE("bookings of one uid at two tenants are two appointments") {
  Appointments open(now());
  const auto told = apply(open, {created("A"), of_tenant(created("A"), "aurora"),
                                 of_tenant(rescheduled("B", "A"), "aurora")});
  CHECK(names_of(told) == std::vector<std::string>{"AppointmentBooked", "AppointmentBooked",
                                                   "AppointmentRescheduled"});
  CHECK(told[0].appointment != told[1].appointment);
  CHECK(told[1].appointment == told[2].appointment);
}

TEST_CASE("a chain whose root is not certain waits, and speaks when its patience ends") {
  Appointments early(now());
  CHECK(apply(early, {rescheduled("C", "B")}).empty());
  Appointments late(now() + root_patience);
  late.add(early.open().front());
  const auto told = late.tell_overdue(TenantId("lindenhof"), {}, now());
  CHECK(names_of(told) == std::vector<std::string>{"AppointmentBooked", "AppointmentRescheduled"});
  CHECK(told.at(0).appointment == appointment_id(TenantId("lindenhof"), BookingUid("B")));
  SECTION("a root that comes still later is told, its own appointment having said nothing") {
    CHECK(names_of(apply(late, {rescheduled("B", "A", 1)})) ==
          std::vector<std::string>{"AppointmentBooked", "AppointmentRescheduled"});
    CHECK(late.open().front().state().id == told.at(0).appointment);
  }
}

TEST_CASE("two that were told and turn out to be one: the later says so, the earlier goes on") {
  Appointments open(now());
  const auto first = apply(open, {created("A"), created("B", 3)});
  const auto told = apply(open, {reschedule_requested("B", "A")});
  CHECK(names_of(told) == std::vector<std::string>{"AppointmentMerged", "AppointmentAwaitingHost",
                                                   "AppointmentRescheduled"});
  CHECK(told[0].appointment == first[1].appointment);
  CHECK(std::get<AppointmentMerged>(told[0].event).into == first[0].appointment);
  CHECK(told[2].appointment == first[0].appointment);
  CHECK(open.open().size() == 1);
  CHECK(open.taken_over().size() == 1);
}

TEST_CASE("the standing is told when a booking stands for the appointment that did not before") {
  Appointments open(now());
  apply(open, {created("A"), rescheduled("B", "A", 2), rescheduled("C", "A", 3)});
  const auto told = apply(open, {cancelled("C")});
  REQUIRE(told.size() == 1);
  CHECK(told.back().standing.uid == BookingUid("B"));
  CHECK(told.back().standing.status == Status::confirmed);
  CHECK(told.back().revision.returned);
}

TEST_CASE("a booking with seats ends when all who took one have given it back") {
  Appointments open(now());
  apply(open, {with_seats(created("A"), {"jana"}), with_seats(created("A", 2), {"karl"})});
  CHECK(apply(open, {with_seats(cancelled("A"), {"jana"})}).empty());
  const auto told = apply(open, {with_seats(cancelled("A"), {"karl"})});
  CHECK(names_of(told) == std::vector<std::string>{"AppointmentCancelled"});
}

TEST_CASE("statements that make a circle or a fork are borne") {
  Appointments open(now());
  apply(open, {rescheduled("A", "B"), rescheduled("B", "A"), rescheduled("A", "A"),
               rescheduled("A", "C"), created("A")});
  CHECK(open.open().size() == 1);
  CHECK(open.open().front().uids().size() == 3);
}

}  // namespace hookswitch::booking::testing
