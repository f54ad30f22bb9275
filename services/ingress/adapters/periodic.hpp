#pragma once
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace hookswitch::ingress {

/// Does something again and again on a thread of its own, until stopped.
class Periodic {
 public:
  /// `work` must not throw.
  Periodic(std::chrono::milliseconds interval, std::function<void()> work);
  ~Periodic();
  Periodic(const Periodic&) = delete;
  Periodic& operator=(const Periodic&) = delete;

  /// The first round comes at once.
  void start();
  /// Waits for a round under way. Harmless when not started, or twice.
  void stop();

 private:
  void run();

  const std::chrono::milliseconds interval_;
  const std::function<void()> work_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace hookswitch::ingress
