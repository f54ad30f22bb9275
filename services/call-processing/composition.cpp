#include "composition.hpp"

#include "adapters/call_batch_handler.hpp"
#include "adapters/call_store_postgres.hpp"
#include "adapters/partitions.hpp"
#include "subscriptions.hpp"

#include <hookswitch/config/version.hpp>
#include <hookswitch/events/topics.hpp>

#include <memory>
#include <string>
#include <utility>

namespace hookswitch::call_processing {
namespace {

postgres::ConnectionOptions connection(const CallProcessingSettings& settings,
                                       const std::string& url) {
  postgres::ConnectionOptions options;
  options.url = url;
  options.application_name = "call-processing-" + settings.service.instance;
  return options;
}

messaging::ConsumerWorkersOptions worker_options(const CallProcessingSettings& settings) {
  messaging::ConsumerWorkersOptions options;
  options.worker.service = "call-processing";
  options.worker.instance = settings.service.instance;
  options.worker.build = config::version();
  options.worker.topics = {std::string(events::topics::webhooks_retell)};
  options.worker.batch_messages = static_cast<std::size_t>(settings.batch_messages);
  options.worker.batch_pause = settings.batch_pause;
  options.worker.attempts_max = static_cast<int>(settings.max_attempts);
  options.workers = static_cast<std::size_t>(settings.workers);
  options.brokers = settings.service.kafka;
  options.group = settings.group;
  options.postgres = connection(settings, settings.postgres_url);
  options.schema = "call_processing";
  return options;
}

messaging::PostgresHandlerFactory handlers(telemetry::Registry& registry) {
  return [probe = WebhookProbe(registry)](postgres::Transaction& transaction) {
    return std::make_unique<CallBatchHandler>(
        subscriptions(), std::make_unique<CallStorePostgres>(transaction), probe);
  };
}

messaging::WorkerEvents worker_events(WorkerHealth& health, runtime::Shutdown& shutdown) {
  auto events = health.events();
  events.fatal = [&shutdown](const std::string& why) { shutdown.request(1, why); };
  return events;
}

DatabaseKeeper::Options database_options(const CallProcessingSettings& settings) {
  DatabaseKeeper::Options options;
  options.app = connection(settings, settings.postgres_url);
  if (!settings.postgres_owner_url.empty()) {
    options.owner = connection(settings, settings.postgres_owner_url);
  }
  options.upkeep = make_partitions;
  options.replicas = settings.replicas;
  options.workers = settings.workers;
  return options;
}

}  // namespace

CallProcessing::CallProcessing(CallProcessingSettings settings, Surroundings surroundings)
    : settings_(std::move(settings)),
      worker_health_(surroundings.health, static_cast<std::size_t>(settings_.workers)),
      workers_(worker_options(settings_), handlers(surroundings.registry), surroundings.clock,
               surroundings.faults, surroundings.registry,
               worker_events(worker_health_, surroundings.shutdown)),
      database_(database_options(settings_),
                {[this] {
                   worker_health_.postgres_ready();
                   workers_.start();
                 },
                 [this](const std::string& why) { worker_health_.postgres_away(why); },
                 [&shutdown = surroundings.shutdown](const std::string& why) {
                   shutdown.request(1, why);
                 }}) {}

std::vector<runtime::Part> CallProcessing::parts() {
  // Stopping the database's keeper first makes sure that it starts no worker any more.
  return {{"database and workers", [this] { database_.start(); },
           [this] {
             database_.stop();
             workers_.stop();
           }}};
}

int run_call_processing(const CallProcessingSettings& settings) {
  runtime::Shutdown shutdown;  // before any thread: it takes the signals
  telemetry::Registry registry;
  runtime::Health health;
  const auto faults = runtime::fault_from(settings.service.fault);
  const SystemClock clock;
  CallProcessing service(settings, {registry, health, shutdown, *faults, clock});
  return runtime::run("call-processing", settings.service, registry, health, shutdown,
                      service.parts());
}

}  // namespace hookswitch::call_processing
