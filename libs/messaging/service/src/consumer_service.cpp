#include <hookswitch/config/version.hpp>
#include <hookswitch/messaging/consumer_service.hpp>
#include <hookswitch/runtime/main.hpp>

#include <map>
#include <stdexcept>
#include <utility>

namespace hookswitch::messaging {

using namespace std::chrono_literals;

namespace {

postgres::ConnectionOptions connection(const ConsumerDefinition& definition,
                                       const ConsumerSettings& settings, const std::string& url) {
  postgres::ConnectionOptions options;
  options.url = url;
  options.application_name = definition.name + "-" + settings.service.instance;
  return options;
}

ConsumerWorkersOptions worker_options(const ConsumerDefinition& definition,
                                      const ConsumerSettings& settings, const std::string& group) {
  ConsumerWorkersOptions options;
  options.worker.service = definition.name;
  options.worker.instance = settings.service.instance;
  options.worker.build = config::version();
  options.worker.topics = definition.topics;
  options.worker.tenant_of = definition.tenant_of;
  options.worker.batch_messages = static_cast<std::size_t>(settings.batch_messages);
  options.worker.batch_pause = settings.batch_pause;
  options.worker.leaves_group = settings.replicas > 1;
  options.worker.attempts_max = static_cast<int>(settings.max_attempts);
  options.workers = static_cast<std::size_t>(settings.workers);
  options.brokers = settings.service.kafka;
  options.group = group;
  options.postgres = connection(definition, settings, settings.postgres_url);
  options.schema = definition.schema;
  options.find_tenants = definition.find_tenants;
  return options;
}

WorkerEvents worker_events(WorkerHealth& health, runtime::Shutdown& shutdown) {
  auto events = health.events();
  events.fatal = [&shutdown](const std::string& why) { shutdown.request(1, why); };
  return events;
}

DatabaseKeeper::Options database_options(const ConsumerDefinition& definition,
                                         const ConsumerSettings& settings,
                                         telemetry::Registry& registry) {
  DatabaseKeeper::Options options;
  options.schema = definition.schema;
  options.migrations = definition.migrations;
  options.unguarded_tables = definition.unguarded_tables;
  options.app = connection(definition, settings, settings.postgres_url);
  if (!settings.postgres_owner_url.empty()) {
    options.owner = connection(definition, settings, settings.postgres_owner_url);
  }
  if (definition.upkeep || definition.forget) {
    options.upkeep = [upkeep = definition.upkeep, forget = definition.forget,
                      keep = settings.keep_months, &registry](postgres::Connection& owner) {
      if (upkeep) upkeep(owner, registry);
      if (forget && keep > 0) forget(owner, keep);
    };
  }
  options.replicas = settings.replicas;
  options.workers = settings.workers;
  return options;
}

}  // namespace

void declare(config::Settings& settings, const ConsumerDefinition& definition,
             ConsumerSettings& values) {
  runtime::declare(settings, values.service);
  settings.required_secret(
      "postgres-url", values.postgres_url,
      "postgresql://… of the role " + definition.schema + "_app, which owns nothing");
  settings.secret("postgres-owner-url", values.postgres_owner_url,
                  "postgresql://… of the role " + definition.schema +
                      "_owner; when given, migrations and the tables' upkeep run");
  settings.integer("workers", values.workers, 1, 64,
                   "consumers in this process, each with a thread and a connection of its own");
  settings.integer("replicas", values.replicas, 1, 1000,
                   "processes like this one, for the check of Postgres' connections; of several, "
                   "one that stops in order leaves its partitions to the others at once");
  settings.integer("batch-messages", values.batch_messages, 1, 10'000,
                   "messages in one transaction at most");
  settings.milliseconds("batch-pause", values.batch_pause, 0ms, 1000ms,
                        "rest after a batch that was not full; halves the cost of a trickle");
  settings.integer("max-attempts", values.max_attempts, 1, 100,
                   "tries of a message that throws, before it becomes a dead letter");
  if (definition.forget) {
    settings.integer("keep-months", values.keep_months, 0, 1200,
                     "whole months before this one whose rows are kept; 0 keeps all");
  }
  settings.boolean("prepare-only", values.prepare_only,
                   "only bring the database into shape with the owner's URL, and end");
}

ConsumerService::ConsumerService(const ConsumerDefinition& definition,
                                 const ConsumerSettings& settings,
                                 ConsumerSurroundings surroundings, const std::string& group)
    : worker_health_(surroundings.health, static_cast<std::size_t>(settings.workers)),
      workers_(worker_options(definition, settings, group),
               definition.handlers(surroundings.registry), surroundings.clock, surroundings.faults,
               surroundings.registry, worker_events(worker_health_, surroundings.shutdown)),
      database_(database_options(definition, settings, surroundings.registry),
                {[this, only = settings.prepare_only, &shutdown = surroundings.shutdown] {
                   worker_health_.postgres_ready();
                   if (only) {
                     shutdown.request(0, "the database is in shape");
                   } else {
                     workers_.start();
                   }
                 },
                 [this](const std::string& why) { worker_health_.postgres_away(why); },
                 [&shutdown = surroundings.shutdown](const std::string& why) {
                   shutdown.request(1, why);
                 }}) {
  if (settings.prepare_only && settings.postgres_owner_url.empty()) {
    throw std::invalid_argument(
        "HOOKSWITCH_PREPARE_ONLY needs HOOKSWITCH_POSTGRES_OWNER_URL or its _FILE");
  }
  std::map<std::string, std::string> groups;
  for (const auto& topic : definition.topics) groups[topic] = group;
  surroundings.health.set_facts("consumer_group_of", std::move(groups));
}

std::vector<runtime::Part> ConsumerService::parts() {
  // Stopping the database's keeper first makes sure that it starts no worker any more.
  return {{"database and workers", [this] { database_.start(); },
           [this] {
             database_.stop();
             workers_.stop();
           }}};
}

int run_consumer_service(int argc, char** argv, const ConsumerDefinition& definition) {
  const auto declare_all = [&](config::Settings& settings, ConsumerSettings& values) {
    declare(settings, definition, values);
  };
  const auto run = [&](const ConsumerSettings& settings) {
    runtime::Shutdown shutdown;  // before any thread: it takes the signals
    telemetry::Registry registry;
    runtime::Health health;
    const auto faults = runtime::fault_from(settings.service.fault);
    const SystemClock clock;
    ConsumerService service(definition, settings, {registry, health, shutdown, *faults, clock},
                            definition.name);
    return runtime::run(definition.name, settings.service, registry, health, shutdown,
                        service.parts());
  };
  return runtime::main_of(argc, argv, definition.name, definition.purpose, ConsumerSettings(),
                          declare_all, run);
}

}  // namespace hookswitch::messaging
