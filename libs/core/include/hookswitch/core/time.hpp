#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hookswitch {

/// An instant in UTC, to the millisecond: what Retell sends and what ce_time carries.
using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;
using Milliseconds = std::chrono::milliseconds;

/// RFC 3339 in UTC with milliseconds, "2026-11-23T08:16:41.207Z". An instant outside the years 0 to
/// 9999 is shown as the nearest one inside. Thread safe.
[[nodiscard]] std::string format_rfc3339(TimePoint instant);

/// The inverse; accepts an offset ("+01:00") and 0 to 9 fractional digits (cut to milliseconds).
/// Nothing when the text is not RFC 3339. Thread safe.
[[nodiscard]] std::optional<TimePoint> parse_rfc3339(std::string_view text);

/// Milliseconds since the epoch and back, as Retell's timestamps have them.
[[nodiscard]] constexpr TimePoint from_epoch_ms(std::int64_t ms) {
  return TimePoint{Milliseconds{ms}};
}
[[nodiscard]] constexpr std::int64_t to_epoch_ms(TimePoint instant) {
  return instant.time_since_epoch().count();
}

/// Where code outside the domain gets the time from; the domain is given a TimePoint.
/// Implementations are thread safe.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual TimePoint now() const = 0;
};

/// CLOCK_REALTIME.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] TimePoint now() const override;
};

/// CLOCK_REALTIME when it was made, from then on CLOCK_MONOTONIC: for how long something takes or
/// has to wait, whatever is done to the machine's clock meanwhile.
class MonotonicClock final : public Clock {
 public:
  MonotonicClock();
  [[nodiscard]] TimePoint now() const override;

 private:
  TimePoint made_at_;
  std::chrono::steady_clock::time_point made_at_steady_;
};

}  // namespace hookswitch
