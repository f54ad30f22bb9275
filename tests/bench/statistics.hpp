#pragma once
#include <hookswitch/json/writer.hpp>

#include <string>
#include <vector>

namespace hookswitch::bench {

/// Measurements whose percentiles are asked for in the end.
class Samples {
 public:
  void add(double value) { values_.push_back(value); }
  /// {"p50","p90","p99","max"}, in the unit of the samples.
  void write(json::Writer& out);
  /// {"12": 3, …}: of how many the tenth part of the unit is the 12th, counted from 0.
  void write_by_tenth(json::Writer& out) const;

 private:
  std::vector<double> values_;
};

/// A JSON number with three digits after the point.
[[nodiscard]] std::string number(double value);

/// User and system time of a process so far, in seconds; of this process for pid 0. Throws when
/// there is no such process.
[[nodiscard]] double cpu_seconds(int pid);

}  // namespace hookswitch::bench
