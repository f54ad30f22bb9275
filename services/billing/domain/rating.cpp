#include "domain/rating.hpp"

#include <algorithm>

namespace hookswitch::billing {

Result<Rated> rate(const Terms& terms, Milliseconds duration) {
  if (duration <= terms.free_threshold) return Rated{};
  const Milliseconds first = std::chrono::seconds{terms.first_increment_s};
  const Milliseconds next = std::chrono::seconds{terms.next_increment_s};
  const auto beyond = std::max(duration - first, Milliseconds{0});
  const std::int64_t further = (beyond.count() + next.count() - 1) / next.count();
  const auto billable = first + further * next;
  constexpr std::int64_t minute_ms = 60'000;
  const auto price = rounded(Int128{terms.per_minute_e6} * billable.count(), minute_ms);
  if (!price) return price.error();
  return Rated{billable, 1 + further, std::max(*price, terms.minimum_e6)};
}

}  // namespace hookswitch::billing
