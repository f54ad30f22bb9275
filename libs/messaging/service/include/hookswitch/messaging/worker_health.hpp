#pragma once
#include <hookswitch/messaging/worker_options.hpp>
#include <hookswitch/runtime/health.hpp>

#include <cstddef>
#include <mutex>

namespace hookswitch::messaging {

/// Turns what the workers tell into what /healthz/ready says: "postgres", and "kafka", which is
/// there when every worker has been given its partitions. Thread safe.
class WorkerHealth {
 public:
  /// `health` outlives this and expects both names from now on.
  WorkerHealth(runtime::Health& health, std::size_t workers);

  void postgres_away(const std::string& why);
  void postgres_ready();
  /// The events of ConsumerWorkers, without `fatal`. They refer to this.
  [[nodiscard]] messaging::WorkerEvents events();

 private:
  void show_kafka();

  runtime::Health& health_;
  const std::size_t workers_;
  std::mutex mutex_;
  std::size_t assigned_ = 0;
  bool kafka_away_ = false;
};

}  // namespace hookswitch::messaging
