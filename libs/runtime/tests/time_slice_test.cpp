#include <hookswitch/runtime/time_slice.hpp>

#include <catch2/catch.hpp>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <tuple>
#include <utility>

namespace {

using namespace std::chrono_literals;
using hookswitch::runtime::ask_for_time_slice;
using hookswitch::runtime::time_slice;

/// What `work` gives on a thread of its own, whose scheduling ends with it.
template <class Work>
auto on_a_thread(const Work& work) {
  return std::async(std::launch::async, work).get();
}

/// Of the calling thread alone: Linux has it for each, whatever POSIX says.
int niceness() { return ::getpriority(PRIO_PROCESS, 0); }

}  // namespace

TEST_CASE("A time slice is asked for by a thread, for itself and for those that it starts") {
  const auto before = time_slice();
  if (before == 0us) {
    WARN("this kernel knows of no time slices, so that this test cannot tell");
    return;
  }
  const auto [own, of_child] = on_a_thread([] {
    ask_for_time_slice(400us);
    return std::pair(time_slice(), on_a_thread(time_slice));
  });
  CHECK(own == 400us);
  CHECK(of_child == 400us);
  CHECK(time_slice() == before);
}

TEST_CASE("Who was started with little priority keeps it, and has the time slice it asked for") {
  constexpr int least_priority = 19;
  const int nicer = std::min(niceness() + 1, least_priority);
  const auto [kept, told, asked] = on_a_thread([nicer] {
    if (::setpriority(PRIO_PROCESS, 0, nicer) != 0) return std::tuple(-1, 0us, 0us);
    const auto before = time_slice();
    ask_for_time_slice(400us);
    return std::tuple(niceness(), before, time_slice());
  });
  CHECK(kept == nicer);
  if (told == 0us) {
    WARN("this kernel knows of no time slices, so that this test cannot tell of one");
    return;
  }
  CHECK(asked == 400us);
}
