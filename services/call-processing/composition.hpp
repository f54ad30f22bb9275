#pragma once
#include "adapters/database_keeper.hpp"
#include "adapters/worker_health.hpp"
#include "settings.hpp"

#include <hookswitch/core/fault_port.hpp>
#include <hookswitch/core/time.hpp>
#include <hookswitch/messaging/postgres_store.hpp>
#include <hookswitch/runtime/health.hpp>
#include <hookswitch/runtime/service.hpp>
#include <hookswitch/telemetry/metrics.hpp>

#include <vector>

namespace hookswitch::call_processing {

/// What a composition is made from; tests bring their own. Must outlive the CallProcessing.
struct Surroundings {
  telemetry::Registry& registry;
  runtime::Health& health;
  runtime::Shutdown& shutdown;
  FaultPort& faults;
  const Clock& clock;
};

/// The whole service, wired. One thread makes, starts and stops it.
class CallProcessing {
 public:
  CallProcessing(CallProcessingSettings settings, Surroundings surroundings);
  CallProcessing(const CallProcessing&) = delete;
  CallProcessing& operator=(const CallProcessing&) = delete;

  /// In the order of starting; stopping goes the other way.
  [[nodiscard]] std::vector<runtime::Part> parts();

 private:
  const CallProcessingSettings settings_;
  WorkerHealth worker_health_;
  messaging::ConsumerWorkers workers_;
  DatabaseKeeper database_;  ///< starts the workers once the database is in shape
};

/// Runs until told to stop; the exit code.
int run_call_processing(const CallProcessingSettings& settings);

}  // namespace hookswitch::call_processing
