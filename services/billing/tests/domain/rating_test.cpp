#include "domain/rating.hpp"

#include "support/facts.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <random>

namespace hookswitch::billing::testing {
namespace {

struct Row {
  std::int64_t ms;
  std::int64_t billable_s;
  std::int64_t increments;
  std::int64_t net_e6;
};

void check(const Terms& terms, const std::vector<Row>& rows) {
  for (const auto& row : rows) {
    INFO(terms.first_increment_s << "/" << terms.next_increment_s << ", " << row.ms << " ms");
    CHECK(rate(terms, Milliseconds{row.ms}).value() ==
          Rated{std::chrono::seconds{row.billable_s}, row.increments, row.net_e6});
  }
}

constexpr std::array<std::pair<std::int32_t, std::int32_t>, 4> increments{
    {{60, 60}, {60, 1}, {30, 6}, {1, 1}}};

}  // namespace

TEST_CASE("the rating table: 60/60") {
  check(terms("EUR", 150'000, 60, 60), {{0, 0, 0, 0},
                                        {1, 60, 1, 150'000},
                                        {59'999, 60, 1, 150'000},
                                        {60'000, 60, 1, 150'000},
                                        {60'001, 120, 2, 300'000},
                                        {174'250, 180, 3, 450'000},
                                        {180'000, 180, 3, 450'000}});
}

TEST_CASE("the rating table: 60/1") {
  check(terms("EUR", 200'000, 60, 1), {{1, 60, 1, 200'000},
                                       {60'000, 60, 1, 200'000},
                                       {60'001, 61, 2, 203'333},
                                       {62'000, 62, 3, 206'667},
                                       {174'250, 175, 116, 583'333}});
}

TEST_CASE("the rating table: 30/6") {
  check(terms("EUR", 150'000, 30, 6), {{1, 30, 1, 75'000},
                                       {30'000, 30, 1, 75'000},
                                       {30'001, 36, 2, 90'000},
                                       {36'000, 36, 2, 90'000},
                                       {36'001, 42, 3, 105'000}});
}

TEST_CASE("the rating table: 1/1") {
  check(terms("EUR", 150'000, 1, 1), {{1, 1, 1, 2'500},
                                      {1'000, 1, 1, 2'500},
                                      {1'001, 2, 2, 5'000},
                                      {3'600'000, 3'600, 3'600, 9'000'000}});
}

TEST_CASE("a call is free up to the threshold, and billed from its beginning above it") {
  auto with_threshold = terms();
  with_threshold.free_threshold = Milliseconds{5'000};
  check(with_threshold,
        {{4'999, 0, 0, 0}, {5'000, 0, 0, 0}, {5'001, 60, 1, 150'000}, {60'001, 120, 2, 300'000}});
}

TEST_CASE("the minimum is for calls that are not free") {
  auto with_minimum = terms();
  with_minimum.minimum_e6 = 200'000;
  with_minimum.free_threshold = Milliseconds{5'000};
  check(with_minimum, {{5'000, 0, 0, 0}, {5'001, 60, 1, 200'000}, {60'001, 120, 2, 300'000}});
}

TEST_CASE("a price that does not divide by sixty is rounded once, on the sum") {
  // 0.0001 a minute is 1.666… millionths a second: 60 rounded increments would be 120, not 100.
  check(terms("EUR", 100, 1, 1), {{1'000, 1, 1, 2}, {3'000, 3, 3, 5}, {60'000, 60, 60, 100}});
}

TEST_CASE("a price beyond what an amount may be is refused, not wrapped") {
  const auto dear = terms("EUR", amount_e6_max);
  CHECK(rate(dear, Milliseconds{60'000}).value().net_e6 == amount_e6_max);
  CHECK(rate(dear, Milliseconds{60'001}).error().code == "amount_overflow");
  CHECK(rate(dear, call_duration_max).error().code == "amount_overflow");
}

TEST_CASE("the price never falls when the call gets longer, and is what the increments sum to") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  const auto below = [&](std::int64_t limit) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(limit));
  };
  for (int round = 0; round < 2'000; ++round) {
    const auto [first, next] = increments[static_cast<std::size_t>(below(4))];
    auto some = terms("EUR", below(1'000'000), first, next);
    some.minimum_e6 = below(3) == 0 ? below(500'000) : 0;
    some.free_threshold = Milliseconds{below(3) == 0 ? below(30'000) : 0};
    const Milliseconds shorter{below(600'000)};
    const auto longer = shorter + Milliseconds{below(120'000)};
    const auto a = rate(some, shorter).value();
    const auto b = rate(some, longer).value();
    REQUIRE(a.net_e6 <= b.net_e6);
    REQUIRE(a.billable <= b.billable);
    if (b.increments == 0) continue;
    const Milliseconds first_ms = std::chrono::seconds{first};
    const Milliseconds next_ms = std::chrono::seconds{next};
    REQUIRE(b.billable == first_ms + (b.increments - 1) * next_ms);
    REQUIRE(b.billable >= longer);                                 // all of the call is paid
    if (b.increments > 1) REQUIRE(b.billable - next_ms < longer);  // and no increment too many
  }
}

}  // namespace hookswitch::billing::testing
