// Nothing of librdkafka waits for longer because somebody sets the wall clock.
#include "fixtures.hpp"

#include <hookswitch/kafka/topic_reader.hpp>

#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <ctime>

namespace {

std::atomic<std::time_t> ahead_s{0};

}  // namespace

/// What librdkafka asks when it begins to wait: in the place of the C library's.
extern "C" int timespec_get(timespec* now, int base) noexcept {
  if (clock_gettime(CLOCK_REALTIME, now) != 0) return 0;
  now->tv_sec += ahead_s;
  return base;
}

namespace hookswitch::kafka {
namespace {

using SteadyClock = std::chrono::steady_clock;

// An hour ahead when a wait begins, and right while it lasts: as where the clock is set back by an
// hour. The C library's own wait would take the hour.
TEST_CASE("A poll returns when it has lasted, also when the clock goes back") {
  testkit::TestTopics topics;
  const auto topic = topics.create("at-rest", 1);
  TopicReader reader({.brokers = topics.brokers(), .client_id = "at-rest", .topic = topic},
                     std::chrono::seconds(10));
  const auto poll_took = [&] {
    const auto began = SteadyClock::now();
    CHECK_FALSE(reader.poll(std::chrono::milliseconds(300)));
    return SteadyClock::now() - began;
  };
  // Behind what a new reader still hears of, which ends a poll.
  const auto deadline = SteadyClock::now() + std::chrono::seconds(30);
  while (poll_took() < std::chrono::milliseconds(290)) REQUIRE(SteadyClock::now() < deadline);
  for (const std::time_t step_s : {3600, 0, -3600, 0}) {
    ahead_s = step_s;
    CHECK(poll_took() < std::chrono::seconds(30));
  }
}

}  // namespace
}  // namespace hookswitch::kafka
