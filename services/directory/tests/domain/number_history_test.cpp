#include "domain/number_history.hpp"

#include "support/histories.hpp"

#include <catch2/catch.hpp>

using namespace hookswitch;
using namespace hookswitch::directory;
using namespace hookswitch::directory::testing;

namespace {

std::string owner(const NumberHistory& history, int minute) {
  const auto company = owner_at(history, NaiveOracle::at(minute));
  return company ? company->str() : "";
}

const TenantId anton("anton");
const TenantId berta("berta");
TimePoint at(int minute) { return NaiveOracle::at(minute); }

}  // namespace

TEST_CASE("for random histories, whose a number was equals a naive oracle at every instant") {
  for (std::uint32_t seed = 0; seed < 500; ++seed) {
    RandomHistory world(seed);
    CAPTURE(seed);
    REQUIRE(flaws_of(world.history).empty());
    for (int minute = 0; minute < NaiveOracle::minutes; ++minute) {
      REQUIRE(owner(world.history, minute) == world.oracle.owner[static_cast<std::size_t>(minute)]);
    }
  }
}

TEST_CASE("random moves change what is after them in their period, nothing else, and only once") {
  for (std::uint32_t seed = 0; seed < 500; ++seed) {
    RandomHistory world(seed);
    CAPTURE(seed);
    for (int moves = 0; moves < 8; ++moves) {
      const int minute = world.draw(0, NaiveOracle::minutes - 1);
      const auto company = world.company();
      // The oracle: from there on, as long as what was there lasts, in one stroke.
      const auto before = world.history;
      const auto here = owner_at(before, at(minute));
      world.history = moved(before, company, at(minute));
      REQUIRE(flaws_of(world.history).empty());
      REQUIRE(moved(world.history, company, at(minute)) == world.history);
      bool same_period = true;
      for (int i = 0; i < NaiveOracle::minutes; ++i) {
        if (i > minute) {
          // A period ends where another begins or where nobody's time does.
          const bool boundary =
              std::any_of(before.begin(), before.end(), [&](const Ownership& period) {
                return period.from == at(i) || period.until == at(i);
              });
          same_period = same_period && !boundary;
        }
        const bool touched = i >= minute && same_period;
        auto& said = world.oracle.owner[static_cast<std::size_t>(i)];
        if (touched) said = company.str();
        REQUIRE(owner(world.history, i) == said);
      }
      static_cast<void>(here);
    }
  }
}

TEST_CASE(
    "at the instant of a move the number is the new owner's, a millisecond before the old one's") {
  const auto history = moved({{anton, {}, {}}}, berta, at(60));
  CHECK(history == NumberHistory{{anton, {}, at(60)}, {berta, at(60), {}}});
  CHECK(owner_at(history, at(60) - Milliseconds{1}) == anton);
  CHECK(owner_at(history, at(60)) == berta);
}

TEST_CASE("moving back joins what belongs together") {
  const auto there = moved({{anton, {}, {}}}, berta, at(60));
  CHECK(moved(there, anton, at(60)) == NumberHistory{{anton, {}, {}}});
}

TEST_CASE("a move leaves what is planned after the period") {
  const NumberHistory planned{{anton, {}, at(60)}, {berta, at(60), {}}};
  CHECK(
      moved(planned, TenantId("cesar"), at(30)) ==
      NumberHistory{{anton, {}, at(30)}, {TenantId("cesar"), at(30), at(60)}, {berta, at(60), {}}});
}

TEST_CASE("a number that nobody has goes to its new owner until somebody has it") {
  CHECK(moved({}, anton, at(10)) == NumberHistory{{anton, at(10), {}}});
  CHECK(moved({{berta, at(60), {}}}, anton, at(10)) ==
        NumberHistory{{anton, at(10), at(60)}, {berta, at(60), {}}});
}

TEST_CASE("periods that overlap, and those without length, are flaws") {
  CHECK(flaws_of({{anton, {}, at(60)}, {berta, at(60), {}}}).empty());
  const auto overlap = flaws_of({{anton, {}, at(61)}, {berta, at(60), {}}});
  REQUIRE(overlap.size() == 1);
  CHECK(overlap[0].index == 1);
  CHECK_THAT(overlap[0].detail, Catch::Contains("anton"));
  CHECK(flaws_of({{anton, at(5), at(5)}}).size() == 1);
  CHECK(flaws_of(ordered({{berta, at(60), {}}, {anton, {}, at(60)}})).empty());
}
