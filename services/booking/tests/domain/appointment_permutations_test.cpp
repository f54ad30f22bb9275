#include "support/webhooks.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>
#include <set>

// Promise 4: all permutations of an appointment's webhooks, with repeats, end in one state and one
// set of latest events.

namespace hookswitch::booking::testing {
namespace {

/// What must not depend on the order: the states without what tells how they came about, the last
/// event of each fact as a subscriber has it who drops what he has seen, and the standing that the
/// last event of an appointment carries.
struct Ending {
  std::vector<AppointmentState> states;
  std::map<std::pair<AppointmentId, FactKey>, AppointmentEvent> facts;
  std::map<AppointmentId, Standing> standings;
  friend bool operator==(const Ending&, const Ending&) = default;
};

std::vector<AppointmentState> states_of(const Appointments& open) {
  std::vector<AppointmentState> states;
  for (const auto& appointment : open.open()) {
    auto state = appointment.state();
    state.version = 0;
    state.founder = {};
    for (auto told = state.told.begin(); told != state.told.end();) {
      const auto last = told->second.back();
      told->second = {last};
      told = last == Uuid{} ? state.told.erase(told) : std::next(told);
    }
    states.push_back(std::move(state));
  }
  std::sort(states.begin(), states.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return states;
}

Ending ending_of(const std::vector<Sent>& order) {
  Appointments open(now());
  Ending ending;
  std::set<std::string> seen;
  std::map<AppointmentId, std::int64_t> sequences;
  for (const auto& emission : apply(open, order)) {
    CHECK(emission.sequence == ++sequences[emission.appointment]);
    const auto fact = fact_of(emission.event);
    const auto& revision = emission.revision;
    const auto id = fact.name + fact.uid.str() + revision.digest.to_string() +
                    (revision.returned ? std::to_string(revision.number) : "");
    CHECK((revision.withdrawn || seen.insert(emission.appointment.str() + id).second));
    ending.facts.insert_or_assign({emission.appointment, fact}, emission.event);
    if (revision.withdrawn) ending.facts.erase({emission.appointment, fact});
    ending.standings[emission.appointment] = emission.standing;
  }
  ending.states = states_of(open);
  return ending;
}

/// Every order of `sent`, and every order with one of them twice.
Ending check_all_orders(const std::vector<Sent>& sent) {
  const auto expected = ending_of(sent);
  std::size_t orders = 0;
  for (std::size_t repeated = 0; repeated <= sent.size(); ++repeated) {
    std::vector<std::size_t> places(sent.size());
    std::iota(places.begin(), places.end(), 0U);
    if (repeated < sent.size()) places.push_back(repeated);
    std::sort(places.begin(), places.end());
    do {
      std::vector<Sent> order;
      for (const auto place : places) order.push_back(sent[place]);
      if (!(ending_of(order) == expected)) {
        std::string names;
        for (const auto place : places) names += std::to_string(place) + " ";
        FAIL("the order " << names << "ends differently");
      }
      ++orders;
    } while (std::next_permutation(places.begin(), places.end()));
  }
  CHECK(orders > sent.size());
  return expected;
}

std::vector<std::string> facts_of(const Ending& ending) {
  std::vector<std::string> names;
  for (const auto& [fact, event] : ending.facts) names.push_back(fact.second.name);
  return names;
}

}  // namespace

TEST_CASE("all orders of created, rescheduled twice, cancelled and no-show end alike") {
  const auto ending = check_all_orders({created("A"), rescheduled("B", "A", 2),
                                        rescheduled("C", "B", 3), cancelled("C"), no_show("C")});
  REQUIRE(ending.states.size() == 1);
  CHECK(ending.states[0].id == appointment_id(TenantId("lindenhof"), BookingUid("A")));
  CHECK(ending.states[0].standing.status == Status::cancelled);
  CHECK(ending.states[0].standing.uid == BookingUid("C"));
  CHECK(facts_of(ending) == std::vector<std::string>{"AppointmentBooked", "AppointmentCancelled",
                                                     "AppointmentNoShow", "AppointmentRescheduled",
                                                     "AppointmentRescheduled"});
}

TEST_CASE("all orders end alike when the old booking's cancellation comes along") {
  const auto ending = check_all_orders({created("A"), cancelled("A", 2), rescheduled("B", "A", 2),
                                        rescheduled("C", "B", 3), no_show("C")});
  REQUIRE(ending.states.size() == 1);
  CHECK(ending.states[0].standing.status == Status::no_show);
  CHECK(facts_of(ending) == std::vector<std::string>{"AppointmentBooked", "AppointmentNoShow",
                                                     "AppointmentRescheduled",
                                                     "AppointmentRescheduled"});
}

TEST_CASE("all orders of a chain whose first webhook is lost end alike, by the iCalendar UID") {
  auto first = rescheduled("B", "A", 2);
  first.webhook.facts.ical_uid = "A@Cal.com";
  auto second = rescheduled("C", "B", 3);
  second.webhook.facts.ical_uid = "A@Cal.com";
  auto end = cancelled("C");
  end.webhook.facts.ical_uid = "A@Cal.com";
  const auto ending = check_all_orders({first, second, end});
  REQUIRE(ending.states.size() == 1);
  CHECK(ending.states[0].id == appointment_id(TenantId("lindenhof"), BookingUid("A")));
  CHECK(facts_of(ending) == std::vector<std::string>{"AppointmentBooked", "AppointmentCancelled",
                                                     "AppointmentRescheduled",
                                                     "AppointmentRescheduled"});
}

TEST_CASE("all orders of a move that the host must confirm end alike") {
  auto confirmed = created("B", 4);
  confirmed.webhook.facts.ical_sequence = 1;
  const auto ending = check_all_orders(
      {created("A"), reschedule_requested("B", "A"), confirmed, cancelled("A", 2)});
  REQUIRE(ending.states.size() == 1);
  CHECK(ending.states[0].standing.status == Status::confirmed);
  CHECK(ending.states[0].standing.uid == BookingUid("B"));
  CHECK(facts_of(ending) == std::vector<std::string>{"AppointmentAwaitingHost", "AppointmentBooked",
                                                     "AppointmentRescheduled"});
}

TEST_CASE("all orders of a request, its confirmation, payment and end end alike") {
  check_all_orders(
      {requested("A"), created("A", 2), paid("A"), payment_initiated("A"), meeting_started("A")});
  check_all_orders({requested("A"), rejected("A")});
  check_all_orders({created("A"), meeting_ended("A"), no_show("A", 1, 9), no_show("A", 0, 10)});
}

TEST_CASE("all orders end alike when one booking is moved to two") {
  const auto ending = check_all_orders({created("A"), rescheduled("B", "A", 2),
                                        rescheduled("C", "A", 3), cancelled("C", 4), no_show("B")});
  REQUIRE(ending.states.size() == 1);
  CHECK(ending.states[0].standing.uid == BookingUid("B"));
}

TEST_CASE("random webhooks of one chain end alike in every order tried") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const auto one_in = [&](unsigned n) { return random() % n == 0; };
  for (int round = 0; round < 200; ++round) {
    std::vector<Sent> sent{one_in(3) ? requested("A") : created("A")};
    std::string last = "A";
    const auto moves = random() % 4;
    for (std::size_t i = 0; i < moves; ++i) {
      const std::string next(1, static_cast<char>(last.front() + 1));
      const auto minute = static_cast<std::int64_t>(2 + i);
      sent.push_back(one_in(3) ? reschedule_requested(next, last, minute)
                               : rescheduled(next, last, minute));
      if (one_in(3)) sent.push_back(cancelled(last, minute));
      last = next;
    }
    if (one_in(2)) sent.push_back(no_show(last, static_cast<std::int64_t>(random() % 2)));
    if (one_in(2)) sent.push_back(no_show(last, static_cast<std::int64_t>(random() % 2), 12));
    if (one_in(3)) sent.push_back(meeting_ended(last));
    if (one_in(3)) sent.push_back(one_in(2) ? cancelled(last, 20) : new_time_requested(last, 20));
    if (one_in(4)) sent.push_back(paid(last));
    const auto expected = ending_of(sent);
    for (int order = 0; order < 20; ++order) {
      auto shuffled = sent;
      for (const auto& one : sent) {
        if (one_in(3)) shuffled.push_back(one);
      }
      std::shuffle(shuffled.begin(), shuffled.end(), random);
      REQUIRE(ending_of(shuffled) == expected);
    }
  }
}

}  // namespace hookswitch::booking::testing
