#include <hookswitch/runtime/time_slice.hpp>

#include <catch2/catch.hpp>
#include <sys/resource.h>

#include <chrono>
#include <future>
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
  const int nicer = niceness() + 1;
  const auto [kept, slice_changed] = on_a_thread([nicer] {
    if (::setpriority(PRIO_PROCESS, 0, nicer) != 0) return std::pair(-1, false);
    const auto before = time_slice();
    ask_for_time_slice(400us);
    return std::pair(niceness(), before == 0us || time_slice() == 400us);
  });
  CHECK(kept == nicer);
  CHECK(slice_changed);
}
