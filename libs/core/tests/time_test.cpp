#include <hookswitch/core/time.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <limits>
#include <random>

using namespace hookswitch;

TEST_CASE("an instant is written in UTC with milliseconds", "[time]") {
  CHECK(format_rfc3339(from_epoch_ms(1'795'421'801'207)) == "2026-11-23T08:16:41.207Z");
  CHECK(format_rfc3339(from_epoch_ms(0)) == "1970-01-01T00:00:00.000Z");
  CHECK(format_rfc3339(from_epoch_ms(-1)) == "1969-12-31T23:59:59.999Z");
  CHECK(format_rfc3339(from_epoch_ms(1'709'164'800'000)) == "2024-02-29T00:00:00.000Z");
}

TEST_CASE("an instant outside the years 0 to 9999 is shown as the nearest one inside", "[time]") {
  CHECK(format_rfc3339(from_epoch_ms(std::numeric_limits<std::int64_t>::max())) ==
        "9999-12-31T23:59:59.999Z");
  CHECK(format_rfc3339(from_epoch_ms(std::numeric_limits<std::int64_t>::min())) ==
        "0000-01-01T00:00:00.000Z");
}

TEST_CASE("offsets and fractions are understood", "[time]") {
  const auto instant = from_epoch_ms(1'795'421'801'207);
  CHECK(parse_rfc3339("2026-11-23T08:16:41.207Z") == instant);
  CHECK(parse_rfc3339("2026-11-23T09:16:41.207+01:00") == instant);
  CHECK(parse_rfc3339("2026-11-23T02:46:41.207-05:30") == instant);
  CHECK(parse_rfc3339("2026-11-24T08:15:41.207+23:59") == instant);
  CHECK(parse_rfc3339("2026-11-23t08:16:41.207999999z") == instant);
  CHECK(parse_rfc3339("2026-11-23T08:16:41.2Z") == from_epoch_ms(1'795'421'801'200));
  CHECK(parse_rfc3339("2026-11-23T08:16:41Z") == from_epoch_ms(1'795'421'801'000));
  CHECK(parse_rfc3339("2016-12-31T23:59:60Z") == parse_rfc3339("2017-01-01T00:00:00Z"));
  CHECK(parse_rfc3339("2017-01-01T05:29:60.500+05:30") == parse_rfc3339("2017-01-01T00:00:00Z"));
}

TEST_CASE("text that is not RFC 3339 is not an instant", "[time]") {
  for (const char* text : {"",
                           "2026-11-23",
                           "2026-11-23T08:16:41",
                           "2026-11-23 08:16:41Z",
                           "2026-11-23T08:16Z",
                           "2026-13-01T00:00:00Z",
                           "2026-02-29T00:00:00Z",
                           "2026-00-10T00:00:00Z",
                           "2026-01-32T00:00:00Z",
                           "2026-01-01T24:00:00Z",
                           "2026-01-01T00:60:00Z",
                           "2026-01-01T00:00:61Z",
                           "2026-01-01T12:00:60Z",
                           "2026-01-01T00:00:00.Z",
                           "2026-01-01T00:00:00.1234567890Z",
                           "2026-01-01T00:00:00+1:00",
                           "2026-01-01T00:00:00+0100",
                           "2026-01-01T00:00:00+24:00",
                           "2026-01-01T00:00:00ZZ",
                           "2026-01-01T00:00:00Z ",
                           " 2026-01-01T00:00:00Z",
                           "26-01-01T00:00:00Z",
                           "+2026-01-01T00:00:00Z",
                           "2026-1-01T00:00:00Z"}) {
    INFO(text);
    CHECK_FALSE(parse_rfc3339(text).has_value());
  }
}

TEST_CASE("a monotonic clock begins with the time of day and does not go back", "[time]") {
  const auto before = SystemClock().now();
  const MonotonicClock clock;
  auto last = clock.now();
  CHECK(last - before < std::chrono::seconds(10));
  CHECK(last >= before - std::chrono::seconds(10));
  for (int i = 0; i < 1000; ++i) {
    const auto now = clock.now();
    REQUIRE(now >= last);
    last = now;
  }
}

TEST_CASE("any instant of ten thousand years survives being written and read", "[time][property]") {
  std::mt19937_64 random(20261123);
  std::uniform_int_distribution<std::int64_t> any(-62'167'219'200'000, 253'402'300'799'999);
  for (int i = 0; i < 20'000; ++i) {
    const auto instant = from_epoch_ms(any(random));
    REQUIRE(parse_rfc3339(format_rfc3339(instant)) == instant);
  }
}
