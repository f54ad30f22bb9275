#include "statistics.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>

namespace hookswitch::bench {

void Samples::write(json::Writer& out) {
  std::sort(values_.begin(), values_.end());
  const auto at = [this](double share) {
    if (values_.empty()) return 0.0;
    return values_[static_cast<std::size_t>(share * static_cast<double>(values_.size() - 1))];
  };
  out.begin_object();
  out.key("p50").raw(number(at(0.5))).key("p90").raw(number(at(0.9)));
  out.key("p99").raw(number(at(0.99))).key("max").raw(number(at(1)));
  out.end_object();
}

void Samples::write_by_tenth(json::Writer& out) const {
  std::map<std::int64_t, std::int64_t> counts;
  for (const double value : values_) ++counts[static_cast<std::int64_t>(value * 10)];
  out.begin_object();
  for (const auto& [tenth, count] : counts) out.key(std::to_string(tenth)).integer(count);
  out.end_object();
}

std::string number(double value) {
  std::array<char, 32> text{};
  const int length = std::snprintf(text.data(), text.size(), "%.3f", value);
  return {text.data(), static_cast<std::size_t>(length)};
}

double cpu_seconds(int pid) {
  std::ifstream file(pid == 0 ? std::string("/proc/self/stat")
                              : "/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  if (!std::getline(file, line)) throw std::runtime_error("no process " + std::to_string(pid));
  std::istringstream fields(line.substr(line.rfind(')') + 2));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;  // to utime, the 14th field
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace hookswitch::bench
