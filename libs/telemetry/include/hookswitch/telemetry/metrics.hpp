#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

/// The wall around prometheus-cpp. Each module keeps its instruments in one `…Probe` struct.
namespace hookswitch::telemetry {

using Labels = std::map<std::string, std::string>;

/// All three are thread safe and cheap (an atomic); handles stay valid as long as the Registry.
class Counter {
 public:
  explicit Counter(void* impl) : impl_(impl) {}
  void add(double amount = 1) const;
  [[nodiscard]] double value() const;

 private:
  void* impl_;
};
class Gauge {
 public:
  explicit Gauge(void* impl) : impl_(impl) {}
  void set(double value) const;
  void add(double amount) const;
  [[nodiscard]] double value() const;

 private:
  void* impl_;
};
class Histogram {
 public:
  explicit Histogram(void* impl) : impl_(impl) {}
  void observe(double value) const;

 private:
  void* impl_;
};

/// One per process, made by the composition. Asking for the same name and labels again gives the
/// same instrument. Thread safe.
class Registry {
 public:
  Registry();
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  [[nodiscard]] Counter counter(const std::string& name, const std::string& help,
                                const Labels& labels = {});
  [[nodiscard]] Gauge gauge(const std::string& name, const std::string& help,
                            const Labels& labels = {});
  /// `bounds` are the upper bounds of the buckets, ascending; seconds for times.
  [[nodiscard]] Histogram histogram(const std::string& name, const std::string& help,
                                    const std::vector<double>& bounds, const Labels& labels = {});
  /// Called just before each scrape, to set gauges that are read rather than counted.
  void before_scrape(std::function<void()> refresh);
  /// Prometheus text exposition format 0.0.4.
  [[nodiscard]] std::string scrape();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// 0.5 ms … 10 s.
[[nodiscard]] std::vector<double> latency_bounds_seconds();

}  // namespace hookswitch::telemetry
