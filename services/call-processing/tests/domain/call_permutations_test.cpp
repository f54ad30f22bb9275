#include "support/webhooks.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <iostream>
#include <map>
#include <numeric>
#include <random>
#include <set>

// Promise 4: all permutations of a call's webhooks, with repeats, end in one final state, the same
// lifecycle events and the same latest revisions.

namespace hookswitch::call_processing::testing {
namespace {

/// What must not depend on the order: the state without what tells how it came about, the lifecycle
/// events told, and the latest revision of each kind, as a subscriber sees it who drops what he has
/// seen.
struct Ending {
  CallState state;
  Lifecycle lifecycle = Lifecycle::seen;
  std::optional<std::string> transcript;
  std::map<std::string, int> lifecycle_events;
  std::optional<Cost> cost;
  std::optional<Analysis> analysis;
  friend bool operator==(const Ending&, const Ending&) = default;
};

std::string id_of(const std::string& type, const Revision& revision) {
  return type + revision.digest.str() +
         (revision.returned ? "#" + std::to_string(revision.number) : "");
}

Ending ending_of(const std::vector<Sent>& order) {
  auto call = fresh_call();
  Ending ending;
  std::set<std::string> seen;
  std::int32_t cost_revision = 0;
  std::int32_t analysis_revision = 0;
  for (const auto& emission : apply(call, order)) {
    if (const auto* cost = std::get_if<CallCostReported>(&emission.event)) {
      CHECK(cost->revision.number == ++cost_revision);
      CHECK(seen.insert(id_of("cost", cost->revision)).second);
      ending.cost = cost->cost;
    } else if (const auto* analysis = std::get_if<CallAnalyzed>(&emission.event)) {
      CHECK(analysis->revision.number == ++analysis_revision);
      CHECK(seen.insert(id_of("analysis", analysis->revision)).second);
      ending.analysis = analysis->analysis;
    } else {
      ++ending.lifecycle_events[name_of(emission.event)];
    }
  }
  ending.state = call.state();
  ending.state.version = 0;
  // The one that holds is a function of the set; those before it may or may not have been told.
  for (auto* told : {&ending.state.costs_told, &ending.state.analyses_told}) {
    if (told->size() > 1) told->erase(told->begin(), told->end() - 1);
  }
  ending.lifecycle = call.lifecycle();
  if (call.new_transcript()) ending.transcript = std::string(*call.new_transcript());
  return ending;
}

/// Every order of `sent`, and every order with one of them twice.
void check_all_orders(const std::vector<Sent>& sent) {
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
}

}  // namespace

TEST_CASE("all orders of started, ended and analyzed end alike") {
  check_all_orders({started(), ended(), analyzed()});
}

TEST_CASE("all orders end alike when the cost is corrected after the analysis") {
  auto corrected = analyzed("corrected");
  corrected.webhook.cost = cost("0.5", "200");
  check_all_orders({started(), ended(), analyzed(), corrected});
}

TEST_CASE("all orders end alike when two analyses differ") {
  auto second = analyzed("second");
  second.webhook.analysis = analysis("Something else entirely.");
  check_all_orders({started(), ended(), analyzed(), second});
}

TEST_CASE("all orders end alike when a cost returns after another one") {
  auto other = analyzed("other");
  other.webhook.cost = cost("0.1");
  auto again = analyzed("again");
  again.webhook.cost = ended().webhook.cost;
  again.webhook.event_timestamp_ms = 3;
  check_all_orders({started(), ended(), other, again});
}

TEST_CASE("all orders of a call that never connected end alike") {
  auto analyzed_later = not_connected("analyzed");
  analyzed_later.use_case = on_call_analyzed;
  analyzed_later.webhook.analysis = analysis("Nobody answered.");
  check_all_orders({not_connected(), analyzed_later});
  CHECK(ending_of({not_connected()}).lifecycle_events ==
        std::map<std::string, int>{{"CallNotConnected", 1}});
}

TEST_CASE("all orders end alike when the provider contradicts itself about the connection") {
  check_all_orders({started(), not_connected(), ended(), analyzed()});
}

TEST_CASE("all orders of webhooks that give facts bit by bit end alike") {
  auto without_start = ended("without_start");
  without_start.webhook.facts.started_at.reset();
  without_start.webhook.facts.duration.reset();
  auto only_start = started("only_start");
  only_start.webhook.facts.agent_id.reset();
  auto bare = analyzed("bare");
  bare.webhook.facts = {};
  check_all_orders({without_start, only_start, bare, ended()});
}

TEST_CASE("random sets of random webhooks end alike in every order tried") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const auto one_in = [&](unsigned n) { return random() % n == 0; };
  for (int round = 0; round < 300; ++round) {
    std::vector<Sent> sent;
    const auto count = 2 + random() % 5;
    for (std::size_t i = 0; i < count; ++i) {
      const auto name = "webhook " + std::to_string(i);
      auto one = one_in(3) ? started(name) : one_in(2) ? ended(name) : analyzed(name);
      if (one_in(6)) one.webhook.facts.status = CallStatus("not_connected");
      if (one_in(4)) one.webhook.facts.status.reset();
      if (one_in(3)) one.webhook.facts.started_at.reset();
      if (one_in(3))
        one.webhook.facts.ended_at = from_epoch_ms(1000 * static_cast<std::int64_t>(random() % 3));
      if (one_in(3)) one.webhook.event_timestamp_ms = static_cast<std::int64_t>(random() % 3);
      if (one_in(2))
        one.webhook.cost =
            cost("0." + std::to_string(1 + random() % 3), std::to_string(170 + random() % 3));
      if (one_in(3)) one.webhook.analysis = analysis("summary " + std::to_string(random() % 3));
      sent.push_back(std::move(one));
    }
    const auto expected = ending_of(sent);
    for (int order = 0; order < 10; ++order) {
      auto shuffled = sent;
      for (const auto& one : sent) {
        if (one_in(3)) shuffled.push_back(one);
      }
      std::shuffle(shuffled.begin(), shuffled.end(), random);
      REQUIRE(ending_of(shuffled) == expected);
    }
  }
}

TEST_CASE("the same cost in call_ended and call_analyzed is told once") {
  auto call = fresh_call();
  auto later = analyzed();
  later.webhook.cost = ended().webhook.cost;
  const auto told = names_of(apply(call, {ended(), later}));
  CHECK(std::count(told.begin(), told.end(), "CallCostReported") == 1);
}

TEST_CASE("rule 1 same delivery: a corrected cost comes through, its repeat does not") {
  auto call = fresh_call();
  apply(call, {started(), ended(), analyzed()});
  auto corrected = analyzed("corrected");
  corrected.webhook.cost = cost("0.3", "200");
  const auto told = apply(call, {corrected});
  REQUIRE(names_of(told) == std::vector<std::string>{"CallCostReported"});
  CHECK(std::get<CallCostReported>(told[0].event).revision.number == 3);
  CHECK(apply(call, {corrected}).empty());
  CHECK(apply(call, {ended()}).empty());
}

}  // namespace hookswitch::call_processing::testing
