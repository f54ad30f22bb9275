#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace hookswitch::postgres {

/// Bounds libpqxx's blocking waits: a server that has stopped answering (frozen host, cut cable)
/// would hold a read for ever. While armed, a thread of its own shuts the socket down at the
/// deadline, so that the read ends as a broken connection. Costs a mutex per statement; the thread
/// wakes at most once per deadline.
class Watchdog {
 public:
  using Clock = std::chrono::steady_clock;

  Watchdog();
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  /// While it lives, `socket` is shut down at `patience` from now. The socket must stay open as
  /// long.
  class Guard {
   public:
    Guard(Watchdog& watchdog, int socket, std::chrono::milliseconds patience);
    ~Guard();
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

   private:
    Watchdog& watchdog_;
  };

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable wake_;
  Clock::time_point deadline_ = Clock::time_point::max();  ///< max: nothing armed
  Clock::time_point sleeps_until_ = Clock::time_point::max();
  int socket_ = -1;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace hookswitch::postgres
