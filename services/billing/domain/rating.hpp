#pragma once
#include "domain/money.hpp"

#include <hookswitch/core/result.hpp>
#include <hookswitch/core/time.hpp>

#include <chrono>
#include <cstdint>

namespace hookswitch::billing {

/// No call is longer (call-processing refuses what says so).
constexpr Milliseconds call_duration_max = std::chrono::days{31};

/// What a minute costs and how it is counted. 60/60, 60/1, 30/6, 1/1 are first/next.
struct Terms {
  CurrencyCode currency;
  std::int64_t per_minute_e6 = 0;
  std::int32_t first_increment_s = 60;
  std::int32_t next_increment_s = 60;
  Milliseconds free_threshold{0};  ///< calls of at most this length are free
  std::int64_t minimum_e6 = 0;     ///< the least for a call that is not free
  friend bool operator==(const Terms&, const Terms&) = default;
};

struct Rated {
  Milliseconds billable{0};
  std::int64_t increments = 0;
  std::int64_t net_e6 = 0;
  friend bool operator==(const Rated&, const Rated&) = default;
};

/// The price of a call of `duration` (not negative): the billable time is 0 up to the free
/// threshold, else first + ceil(max(duration − first, 0) / next) × next; the price is per_minute ×
/// billable / 60 s, rounded once, at the end, half up; at least the minimum unless it is free. A
/// Rejection "amount_overflow" when it leaves what an amount may be.
[[nodiscard]] Result<Rated> rate(const Terms& terms, Milliseconds duration);

}  // namespace hookswitch::billing
