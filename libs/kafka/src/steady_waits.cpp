// librdkafka waits until an instant of the wall clock (librdkafka #2145, open since 2018). When
// that is set back by an hour, whoever sleeps for a second sleeps for an hour, unless something
// wakes it: no heartbeats, no commits, no poll() that returns. So the wait of C11 that it calls is
// ours: as long as was asked for, by the steady clock (docs/decisions/0116).

#include <pthread.h>
#include <threads.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <ctime>

namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;

// What pthread_cond_clockwait() takes, and glibc's own cnd_timedwait() does the same.
static_assert(sizeof(cnd_t) == sizeof(pthread_cond_t) && sizeof(mtx_t) == sizeof(pthread_mutex_t));

/// Nobody here asks for more, and what a step between two looks at the clock leaves of it (0116)
/// is over then.
constexpr seconds longest{60};

nanoseconds between(const timespec& from, const timespec& to) {
  const seconds whole{
      std::clamp<std::time_t>(to.tv_sec - from.tv_sec, -longest.count(), longest.count())};
  return whole + nanoseconds(to.tv_nsec - from.tv_nsec);
}

timespec steady_after(nanoseconds wait) {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  const auto until =
      seconds(now.tv_sec) + nanoseconds(now.tv_nsec) + std::max(wait, nanoseconds(0));
  const auto whole = std::chrono::floor<seconds>(until);
  return {static_cast<std::time_t>(whole.count()), static_cast<long>((until - whole).count())};
}

}  // namespace

extern "C" int cnd_timedwait(cnd_t* condition, mtx_t* mutex, const timespec* until) {
  timespec now{};
  timespec_get(&now, TIME_UTC);  // the clock of `until`, which was computed a moment ago
  const auto steady = steady_after(between(now, *until));
  switch (pthread_cond_clockwait(reinterpret_cast<pthread_cond_t*>(condition),
                                 reinterpret_cast<pthread_mutex_t*>(mutex), CLOCK_MONOTONIC,
                                 &steady)) {
    case 0:
      return thrd_success;
    case ETIMEDOUT:
      return thrd_timedout;
    default:
      return thrd_error;
  }
}
