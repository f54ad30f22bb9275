#pragma once
#include <chrono>
#include <random>

namespace hookswitch::bench {

/// When the requests of an open loop are due: at random, as calls come, and the same each time. At
/// an even pace of one a millisecond each would meet the one before it when that has lingered for
/// just its millisecond in librdkafka (docs/decisions/0113).
class RandomPace {
 public:
  /// `rate`: how many a second, on average.
  explicit RandomPace(double rate) : gap_s_(rate) {}

  /// From the start to the next.
  [[nodiscard]] std::chrono::nanoseconds next() {
    due_s_ += std::chrono::duration<double>(gap_s_(random_));
    return std::chrono::duration_cast<std::chrono::nanoseconds>(due_s_);
  }

 private:
  std::mt19937_64 random_{1};
  std::exponential_distribution<double> gap_s_;
  std::chrono::duration<double> due_s_{0};
};

}  // namespace hookswitch::bench
