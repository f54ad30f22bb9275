#pragma once
#include "adapters/give_back_thread.hpp"
#include "adapters/request_workers.hpp"
#include "adapters/unresolved_probe.hpp"
#include "settings.hpp"

#include <hookswitch/core/fault_port.hpp>
#include <hookswitch/core/time.hpp>
#include <hookswitch/http/server.hpp>
#include <hookswitch/messaging/database_keeper.hpp>
#include <hookswitch/messaging/postgres_outbox.hpp>
#include <hookswitch/messaging/postgres_store.hpp>
#include <hookswitch/runtime/health.hpp>
#include <hookswitch/runtime/service.hpp>
#include <hookswitch/telemetry/metrics.hpp>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace hookswitch::directory {

/// What a composition is made from; tests bring their own. Must outlive the DirectoryService.
struct Surroundings {
  telemetry::Registry& registry;
  runtime::Health& health;
  runtime::Shutdown& shutdown;
  FaultPort& faults;
  const Clock& clock;
  std::string consumer_group = "directory";
};

/// The whole service, wired. One thread makes, starts and stops it.
class DirectoryService {
 public:
  DirectoryService(DirectorySettings settings, Surroundings surroundings);
  DirectoryService(const DirectoryService&) = delete;
  DirectoryService& operator=(const DirectoryService&) = delete;

  /// In the order of starting; stopping goes the other way.
  [[nodiscard]] std::vector<runtime::Part> parts();
  [[nodiscard]] std::uint16_t port() const { return server_.port(); }

 private:
  void database_ready();

  const DirectorySettings settings_;
  Surroundings surroundings_;
  const UnresolvedProbe unresolved_probe_;
  messaging::OutboxThread outbox_;
  GiveBackThread give_back_;
  messaging::ConsumerWorkers unresolved_;
  RequestWorkers workers_;
  http::Server server_;
  messaging::DatabaseKeeper database_;  ///< starts what works on it once it is in shape
};

/// Runs until told to stop; the exit code.
int run_directory(const DirectorySettings& settings);

}  // namespace hookswitch::directory
