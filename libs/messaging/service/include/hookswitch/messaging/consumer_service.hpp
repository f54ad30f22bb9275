#pragma once
#include <hookswitch/config/settings.hpp>
#include <hookswitch/core/fault_port.hpp>
#include <hookswitch/core/time.hpp>
#include <hookswitch/messaging/database_keeper.hpp>
#include <hookswitch/messaging/postgres_store.hpp>
#include <hookswitch/messaging/worker_health.hpp>
#include <hookswitch/postgres/migrations.hpp>
#include <hookswitch/runtime/health.hpp>
#include <hookswitch/runtime/service.hpp>
#include <hookswitch/telemetry/metrics.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

/// A service that consumes topics and keeps a schema, whole: what is its own is a
/// ConsumerDefinition.
namespace hookswitch::messaging {

/// What can be set; each is a flag and a HOOKSWITCH_… variable.
struct ConsumerSettings {
  runtime::ServiceSettings service;
  std::string postgres_url;
  std::string postgres_owner_url;
  std::int64_t workers = 1;
  std::int64_t replicas = 1;
  std::int64_t batch_messages = 500;
  std::chrono::milliseconds batch_pause{0};
  std::int64_t max_attempts = 3;
  std::int64_t keep_months = 0;  ///< 0: nothing is dropped
  bool prepare_only = false;     ///< end with exit code 0 once the database is in shape
};

/// What one consumer service is.
struct ConsumerDefinition {
  std::string name;     ///< "call-processing": binary, consumer group, suffix of its topics
  std::string purpose;  ///< a sentence that heads --help
  std::string schema;   ///< "call_processing"; its roles are <schema>_owner and <schema>_app
  std::vector<std::string> topics;
  TenantOf tenant_of = {};                      ///< see WorkerOptions
  std::vector<postgres::Migration> migrations;  ///< they follow the runtime's 0001
  /// Tables with a tenant_id that are open on purpose, beside the runtime's own (design §5.4).
  std::vector<std::string> unguarded_tables = {};
  /// Called once, before anything starts.
  std::function<PostgresHandlerFactory(telemetry::Registry&)> handlers;
  /// For topics whose records need not name their tenant.
  PostgresTenantFinder find_tenants = {};
  /// See DatabaseKeeper::Options::upkeep; what it does is counted in the registry.
  std::function<void(postgres::Connection& owner, telemetry::Registry&)> upkeep = {};
  /// Drops what is older than this month and the `keep` months before it, after the upkeep. Only a
  /// service that has it has the setting keep-months, without which nothing is dropped.
  std::function<void(postgres::Connection& owner, std::int64_t keep)> forget = {};
};

/// Declares them; `values` must outlive `settings`.
void declare(config::Settings& settings, const ConsumerDefinition& definition,
             ConsumerSettings& values);

/// What a service is made from besides its settings; tests bring their own. Must outlive it.
struct ConsumerSurroundings {
  telemetry::Registry& registry;
  runtime::Health& health;
  runtime::Shutdown& shutdown;
  FaultPort& faults;
  const Clock& clock;
};

/// The workers, and the database that they wait for. One thread makes, starts and stops it. Says to
/// Health as "consumer_group_of" which topic it reads as which group: how far it has done what a
/// topic says is what the group has committed at Kafka.
class ConsumerService {
 public:
  /// `group`: the consumer group; the definition's name but in tests. Throws std::invalid_argument
  /// when it is to prepare only and has no owner's URL to do it with.
  ConsumerService(const ConsumerDefinition& definition, const ConsumerSettings& settings,
                  ConsumerSurroundings surroundings, const std::string& group);
  ConsumerService(const ConsumerService&) = delete;
  ConsumerService& operator=(const ConsumerService&) = delete;

  /// In the order of starting; stopping goes the other way.
  [[nodiscard]] std::vector<runtime::Part> parts();

 private:
  WorkerHealth worker_health_;
  ConsumerWorkers workers_;
  DatabaseKeeper database_;  ///< starts the workers once the database is in shape
};

/// A consumer service's main: reads the settings, runs until told to stop; the exit code.
int run_consumer_service(int argc, char** argv, const ConsumerDefinition& definition);

}  // namespace hookswitch::messaging
