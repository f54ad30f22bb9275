#include "support/webhooks.hpp"

#include <catch2/catch.hpp>

#include <functional>

// Every state × every event: what is told and where the appointment stands then. One appointment,
// first booked as A.

namespace hookswitch::booking::testing {
namespace {

struct State {
  std::string name;
  std::vector<Sent> before;
};
std::vector<State> states() {
  return {{"nothing", {}},
          {"awaiting", {requested("A")}},
          {"confirmed", {created("A")}},
          {"moved", {created("A"), rescheduled("B", "A")}},
          {"move awaited", {created("A"), reschedule_requested("B", "A")}},
          {"new time", {created("A"), new_time_requested("A")}},
          {"cancelled", {created("A"), cancelled("A")}},
          {"rejected", {requested("A"), rejected("A")}},
          {"completed", {created("A"), meeting_ended("A")}},
          {"no show", {created("A"), no_show("A")}}};
}

std::string outcome(const State& state, const Sent& event) {
  Appointments open(now());
  apply(open, state.before);
  std::string text;
  for (const auto& name : names_of(apply(open, {event}))) {
    const auto place = name.find("Appointment");
    text += name.substr(0, place) + name.substr(place + 11) + " ";
  }
  const auto& standing = open.open().front().state().standing;
  return text + "→ " + std::string(to_string(standing.status)) + " " + standing.uid.str();
}

/// One expected outcome a state, in the order of states().
void check_row(const Sent& event, const std::vector<std::string>& expected) {
  const auto all = states();
  REQUIRE(expected.size() == all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    INFO(all[i].name);
    CHECK(outcome(all[i], event) == expected[i]);
  }
}

}  // namespace

TEST_CASE("every state, and the booking is created") {
  check_row(created("A", 30),
            {"Booked → confirmed A", "Booked → confirmed A", "→ confirmed A", "→ confirmed B",
             "→ awaiting_host B", "→ needs_new_time A", "→ cancelled A", "Booked → cancelled A",
             "→ completed A", "→ no_show A"});
}

TEST_CASE("every state, and the booking is requested") {
  check_row(requested("A", 30),
            {"AwaitingHost → awaiting_host A", "→ awaiting_host A", "AwaitingHost → confirmed A",
             "AwaitingHost → confirmed B", "AwaitingHost → awaiting_host B",
             "AwaitingHost → needs_new_time A", "AwaitingHost → cancelled A", "→ cancelled A",
             "AwaitingHost → completed A", "AwaitingHost → no_show A"});
}

TEST_CASE("every state, and the booking is moved") {
  check_row(rescheduled("C", "A", 30),
            {"→ unknown ", "Booked → confirmed C", "Rescheduled → confirmed C",
             "Rescheduled → confirmed C", "Rescheduled → confirmed C",
             "not NeedsNewTime Rescheduled → confirmed C",
             "not Cancelled Rescheduled → confirmed C", "not Cancelled Booked → confirmed C",
             "not Completed Rescheduled → confirmed C", "not NoShow Rescheduled → confirmed C"});
}

TEST_CASE("every state, and a move is requested") {
  check_row(reschedule_requested("C", "A", 30),
            {"→ unknown ", "AwaitingHost → awaiting_host C", "AwaitingHost → awaiting_host C",
             "AwaitingHost → awaiting_host C", "AwaitingHost → awaiting_host C",
             "not NeedsNewTime AwaitingHost → awaiting_host C",
             "not Cancelled AwaitingHost → awaiting_host C",
             "not Cancelled AwaitingHost → awaiting_host C",
             "not Completed AwaitingHost → awaiting_host C",
             "not NoShow AwaitingHost → awaiting_host C"});
}

TEST_CASE("every state, and the booking is cancelled; that of an old one is absorbed") {
  check_row(cancelled("A", 30),
            {"→ unknown ", "Cancelled → cancelled A", "Cancelled → cancelled A", "→ confirmed B",
             "→ awaiting_host B", "not NeedsNewTime Cancelled → cancelled A", "→ cancelled A",
             "→ cancelled A", "Cancelled → cancelled A", "Cancelled → cancelled A"});
}

TEST_CASE("every state, and the host asks for another time") {
  check_row(new_time_requested("A", 30),
            {"→ unknown ", "NeedsNewTime → needs_new_time A", "NeedsNewTime → needs_new_time A",
             "→ confirmed B", "→ awaiting_host B", "→ needs_new_time A",
             "not Cancelled NeedsNewTime → needs_new_time A", "→ cancelled A",
             "NeedsNewTime → needs_new_time A", "NeedsNewTime → needs_new_time A"});
}

TEST_CASE("every state, and the host rejects it") {
  check_row(
      rejected("A", 30),
      {"→ unknown ", "Cancelled → cancelled A", "Cancelled → cancelled A", "→ confirmed B",
       "→ awaiting_host B", "not NeedsNewTime Cancelled → cancelled A", "Cancelled → cancelled A",
       "→ cancelled A", "Cancelled → cancelled A", "Cancelled → cancelled A"});
}

TEST_CASE("every state, and somebody was absent") {
  check_row(no_show("A", 1, 30),
            {"→ unknown ", "NoShow → no_show A", "NoShow → no_show A", "→ confirmed B",
             "→ awaiting_host B", "NoShow → needs_new_time A", "NoShow → cancelled A",
             "NoShow → cancelled A", "NoShow → no_show A", "→ no_show A"});
}

TEST_CASE("every state, and the absence is taken back") {
  check_row(no_show("A", 0, 30),
            {"→ unknown ", "→ awaiting_host A", "→ confirmed A", "→ confirmed B",
             "→ awaiting_host B", "→ needs_new_time A", "→ cancelled A", "→ cancelled A",
             "→ completed A", "not NoShow → confirmed A"});
}

TEST_CASE("every state, and the meeting has ended") {
  check_row(meeting_ended("A"),
            {"→ unknown ", "Completed → completed A", "Completed → completed A", "→ confirmed B",
             "→ awaiting_host B", "Completed → needs_new_time A", "Completed → cancelled A",
             "Completed → cancelled A", "→ completed A", "Completed → no_show A"});
}

TEST_CASE("every state, and the meeting has started: nothing to tell") {
  check_row(
      meeting_started("A"),
      {"→ unknown ", "→ awaiting_host A", "→ confirmed A", "→ confirmed B", "→ awaiting_host B",
       "→ needs_new_time A", "→ cancelled A", "→ cancelled A", "→ completed A", "→ no_show A"});
}

TEST_CASE("every state, and it is paid") {
  check_row(paid("A"),
            {"→ unknown ", "→ awaiting_host A", "Booked → confirmed A", "Booked → confirmed B",
             "Booked → awaiting_host B", "Booked → needs_new_time A", "Booked → cancelled A",
             "→ cancelled A", "Booked → completed A", "Booked → no_show A"});
}

TEST_CASE("every state, and a payment is initiated: nothing to tell") {
  check_row(
      payment_initiated("A"),
      {"→ unknown ", "→ awaiting_host A", "→ confirmed A", "→ confirmed B", "→ awaiting_host B",
       "→ needs_new_time A", "→ cancelled A", "→ cancelled A", "→ completed A", "→ no_show A"});
}

}  // namespace hookswitch::booking::testing
