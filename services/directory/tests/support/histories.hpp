#pragma once
#include "domain/number_history.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace hookswitch::directory::testing {

/// Who was said to have the number from which minute on; the last one said of an instant holds.
/// Slow and obvious: one entry for each minute of a small world.
struct NaiveOracle {
  static constexpr int minutes = 240;
  std::vector<std::string> owner = std::vector<std::string>(minutes);  ///< empty: nobody's

  [[nodiscard]] static TimePoint at(int minute) {
    return from_epoch_ms(1'795'000'000'000) + std::chrono::minutes(minute);
  }
};

/// A random history and what the oracle says of it: periods of five companies with and without
/// gaps, sometimes open at either end.
struct RandomHistory {
  explicit RandomHistory(std::uint32_t seed) : random(seed) {
    int minute = draw(0, 3) == 0 ? -1 : draw(0, 40);
    while (minute < NaiveOracle::minutes - 1) {
      const int length = draw(1, 60);
      const bool open = draw(0, 9) == 0;
      add(minute, open ? NaiveOracle::minutes : std::min(minute + length, NaiveOracle::minutes - 1),
          open, company());
      if (open) break;
      minute += length + (draw(0, 1) == 0 ? 0 : draw(1, 20));
    }
  }

  int draw(int least, int most) { return std::uniform_int_distribution<int>(least, most)(random); }
  TenantId company() { return TenantId("company-" + std::to_string(draw(1, 5))); }

  void add(int from, int until, bool open_end, const TenantId& who) {
    Ownership period{who, {}, {}};
    if (from >= 0) period.from = NaiveOracle::at(from);
    if (!open_end) period.until = NaiveOracle::at(until);
    for (int i = std::max(from, 0); i < until; ++i) {
      oracle.owner[static_cast<std::size_t>(i)] = who.str();
    }
    history.push_back(std::move(period));
  }

  std::mt19937 random;
  NumberHistory history;
  NaiveOracle oracle;
};

}  // namespace hookswitch::directory::testing
