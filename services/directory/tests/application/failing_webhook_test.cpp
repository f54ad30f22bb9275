#include "application/failing_webhook.hpp"

#include <catch2/catch.hpp>

#include <chrono>

using namespace hookswitch::directory;

TEST_CASE("a webhook that fails again and again rests ever longer, and seldom wakes once stuck") {
  for (int failures = 1; failures + 1 < failures_until_stuck; ++failures) {
    CAPTURE(failures);
    CHECK_FALSE(is_stuck(failures));
    CHECK(rest_after(failures).count() > 0);
    CHECK(rest_after(failures + 1) == 2 * rest_after(failures));
  }
  CHECK(is_stuck(failures_until_stuck));
  CHECK(is_stuck(1'000'000));
  CHECK(rest_after(failures_until_stuck) == std::chrono::hours{1});
  CHECK(rest_after(1'000'000) == std::chrono::hours{1});
}
