#include "watchdog.hpp"

#include <sys/socket.h>

namespace hookswitch::postgres {

Watchdog::Watchdog() : thread_([this] { run(); }) {}

Watchdog::~Watchdog() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Watchdog::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (Clock::now() >= deadline_) {
      ::shutdown(socket_, SHUT_RDWR);
      deadline_ = Clock::time_point::max();
    }
    sleeps_until_ = deadline_;
    if (deadline_ == Clock::time_point::max()) {
      wake_.wait(lock);
    } else {
      wake_.wait_until(lock, deadline_);
    }
  }
}

Watchdog::Guard::Guard(Watchdog& watchdog, int socket, std::chrono::milliseconds patience)
    : watchdog_(watchdog) {
  const auto deadline = Clock::now() + patience;
  bool earlier = false;
  {
    const std::lock_guard lock(watchdog_.mutex_);
    watchdog_.socket_ = socket;
    watchdog_.deadline_ = deadline;
    earlier = deadline < watchdog_.sleeps_until_;
  }
  // A thread that already sleeps until an earlier time will look again by itself.
  if (earlier) watchdog_.wake_.notify_one();
}

Watchdog::Guard::~Guard() {
  const std::lock_guard lock(watchdog_.mutex_);
  watchdog_.deadline_ = Clock::time_point::max();
}

}  // namespace hookswitch::postgres
