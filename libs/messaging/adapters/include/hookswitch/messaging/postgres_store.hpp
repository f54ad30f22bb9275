#pragma once
#include <hookswitch/core/fault_port.hpp>
#include <hookswitch/core/time.hpp>
#include <hookswitch/messaging/handler.hpp>
#include <hookswitch/messaging/worker_options.hpp>
#include <hookswitch/postgres/connection.hpp>
#include <hookswitch/postgres/migrations.hpp>
#include <hookswitch/telemetry/metrics.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The consumer workers on real parts: hookswitch_messaging_adapters.
namespace hookswitch::messaging {

/// A service's side of one transaction. Called at most once for each, on the worker's thread;
/// the handler it makes is destroyed before the transaction ends.
using PostgresHandlerFactory =
    std::function<std::unique_ptr<BatchHandler>(postgres::Transaction& transaction)>;

/// Whose messages are that name no tenant, as the service's tables say: one answer for each. Called
/// before a transaction begins, on the worker's thread; reads outside any tenant. Throws what
/// postgres::execute_alone throws. A service without one has no such messages.
using PostgresTenantFinder = std::function<std::vector<std::optional<TenantId>>(
    postgres::Connection& connection, std::span<const events::Envelope* const> tenantless)>;

/// Migration "0001_runtime": inbox, outbox, attempt and consumer_run in `schema`, which must exist;
/// grants to `app_role`. These tables hold no tenant's rows apart and have no row-level security
/// (the named list of design.md §5.4). Pure.
[[nodiscard]] postgres::Migration runtime_tables_migration(std::string_view schema,
                                                           std::string_view app_role);

struct ConsumerWorkersOptions {
  WorkerOptions
      worker;  ///< `instance` is the replica's number; "-0", "-1" … is added for each worker
  std::size_t workers = 1;
  std::string brokers;
  std::string group;                     ///< the consumer group, by custom the service's name
  postgres::ConnectionOptions postgres;  ///< the app role's
  std::string schema;
  PostgresTenantFinder find_tenants = {};
  /// Messages emit nothing but dead letters, and another part of the process tells whether Kafka
  /// can be reached: the workers' producers are made when they are needed.
  bool produces_rarely = false;
};

/// N workers, each with its own thread, consumer, connection and producer (design.md §5.3). start()
/// and stop() fit a runtime::Part.
class ConsumerWorkers {
 public:
  /// `handlers` is called from several threads. `clock`, `faults` and `registry` outlive this.
  ConsumerWorkers(ConsumerWorkersOptions options, PostgresHandlerFactory handlers,
                  const Clock& clock, FaultPort& faults, telemetry::Registry& registry,
                  WorkerEvents events);
  /// Stops, if nobody has.
  ~ConsumerWorkers();
  ConsumerWorkers(const ConsumerWorkers&) = delete;
  ConsumerWorkers& operator=(const ConsumerWorkers&) = delete;

  /// Starts the threads and returns at once; Kafka or Postgres may still be away (see
  /// WorkerEvents).
  void start();
  /// Finishes the batches in hand, leaves the group, marks the runs clean. A few seconds at most.
  /// Idempotent; any thread.
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hookswitch::messaging
