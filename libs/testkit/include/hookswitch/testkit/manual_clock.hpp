#pragma once
#include <hookswitch/core/time.hpp>

#include <atomic>

namespace hookswitch::testkit {

/// Stands still until it is told to move. Thread safe.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(TimePoint start = from_epoch_ms(1'795'000'000'000))
      : ms_(to_epoch_ms(start)) {}
  [[nodiscard]] TimePoint now() const override { return from_epoch_ms(ms_.load()); }
  void advance(Milliseconds by) { ms_ += by.count(); }

 private:
  std::atomic<std::int64_t> ms_;
};

}  // namespace hookswitch::testkit
