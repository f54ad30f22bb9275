#include "composition.hpp"

#include "adapters/migrations.hpp"
#include "adapters/outbox_input.hpp"
#include "adapters/unresolved_batch_handler.hpp"
#include "routes.hpp"
#include "subscriptions.hpp"

#include <hookswitch/config/version.hpp>
#include <hookswitch/telemetry/log.hpp>

#include <stdexcept>
#include <utility>

namespace hookswitch::directory {
namespace {

constexpr auto consumer = "consumer";  ///< in what /healthz/ready says
constexpr std::chrono::milliseconds drain_patience{5000};
constexpr std::size_t waiting_max = 256;
constexpr std::size_t unresolved_batch_bytes = std::size_t{4} * 1024 * 1024;
/// The outbox's two, the consumer's, and that of who gives back.
constexpr std::int64_t own_connections = 4;

postgres::ConnectionOptions connection(const DirectorySettings& settings, const std::string& url) {
  postgres::ConnectionOptions options;
  options.url = url;
  options.application_name = "directory-" + settings.service.instance;
  return options;
}

messaging::OutboxThreadOptions outbox_options(const DirectorySettings& settings) {
  messaging::OutboxThreadOptions options;
  options.publisher.service = "directory";
  options.publisher.input = outbox_input();
  options.publisher.publisher.removal_delay = Milliseconds{0};
  options.brokers = settings.service.kafka;
  options.postgres = connection(settings, settings.postgres_url);
  options.schema = "directory";
  return options;
}

messaging::ConsumerWorkersOptions consumer_options(const DirectorySettings& settings,
                                                   const std::string& group) {
  messaging::ConsumerWorkersOptions options;
  options.worker.service = "directory";
  options.worker.instance = settings.service.instance;
  options.worker.build = config::version();
  for (const auto& line : subscriptions()) options.worker.topics.emplace_back(line.topic);
  options.worker.batch_bytes_max = unresolved_batch_bytes;
  options.brokers = settings.service.kafka;
  options.group = group;
  options.postgres = connection(settings, settings.postgres_url);
  options.schema = "directory";
  options.produces_rarely = true;  // what is given back goes through the outbox's thread
  return options;
}

messaging::WorkerEvents consumer_events(runtime::Health& health, const runtime::Shutdown& shutdown,
                                        GiveBackThread& give_back) {
  messaging::WorkerEvents events;
  events.assigned = [&health](std::size_t) { health.set_ready(consumer); };
  events.revoked = [&health] { health.set_missing(consumer, "has no partitions"); };
  events.committed = [&give_back] { give_back.nudge(); };
  events.fatal = [&shutdown](const std::string& why) { shutdown.request(1, why); };
  return events;
}

std::unique_ptr<messaging::BatchHandler> unresolved_handler(postgres::Transaction& transaction) {
  return std::make_unique<UnresolvedBatchHandler>(subscriptions(), transaction);
}

http::ServerOptions server_options(const DirectorySettings& settings) {
  http::ServerOptions options;
  options.address = settings.http_address;
  options.port = static_cast<std::uint16_t>(settings.http_port);
  options.single_headers = {"authorization", "if-match", "if-none-match"};
  return options;
}

messaging::DatabaseKeeper::Options database_options(const DirectorySettings& settings) {
  messaging::DatabaseKeeper::Options options;
  options.schema = "directory";
  options.migrations = directory_migrations();
  options.app = connection(settings, settings.postgres_url);
  if (!settings.postgres_owner_url.empty()) {
    options.owner = connection(settings, settings.postgres_owner_url);
  }
  options.replicas = settings.replicas;
  options.workers = settings.http_workers + own_connections;
  return options;
}

void require_what_is_needed(const DirectorySettings& settings) {
  if (settings.prepare_only && settings.postgres_owner_url.empty()) {
    throw std::invalid_argument(
        "HOOKSWITCH_PREPARE_ONLY needs HOOKSWITCH_POSTGRES_OWNER_URL or its _FILE");
  }
  if (settings.prepare_only) return;
  if (settings.admin_token.empty()) {
    throw std::invalid_argument("HOOKSWITCH_ADMIN_TOKEN must be given: nobody could be let in");
  }
  if (settings.master_key_file.empty()) return;
  const auto keys = sealing::read_master_key_file(settings.master_key_file);
  if (!keys) throw std::invalid_argument("master key file: " + keys.error().to_string());
}

MasterKeySource master_keys_of(const DirectorySettings& settings) {
  return [file = settings.master_key_file]() -> Result<sealing::MasterKeys> {
    if (!file.empty()) return sealing::read_master_key_file(file);
    return Rejection{"no_master_key_file", "", "this service was given no master key file"};
  };
}

}  // namespace

DirectoryService::DirectoryService(DirectorySettings settings, Surroundings surroundings)
    : settings_((require_what_is_needed(settings), std::move(settings))),
      surroundings_(std::move(surroundings)),
      unresolved_probe_(surroundings_.registry),
      outbox_(outbox_options(settings_), surroundings_.faults,
              [&health = surroundings_.health](const std::string& why) {
                if (why.empty()) {
                  health.set_ready("kafka");
                } else {
                  health.set_missing("kafka", why);
                }
              }),
      give_back_(
          [this] {
            return std::make_unique<DirectoryDatabase>(
                connection(settings_, settings_.postgres_url), surroundings_.clock,
                surroundings_.faults, [this] { outbox_.nudge(); }, give_back_steps);
          },
          unresolved_probe_, surroundings_.clock, surroundings_.faults),
      unresolved_(consumer_options(settings_, surroundings_.consumer_group), unresolved_handler,
                  surroundings_.clock, surroundings_.faults, surroundings_.registry,
                  consumer_events(surroundings_.health, surroundings_.shutdown, give_back_)),
      workers_(static_cast<std::size_t>(settings_.http_workers), waiting_max,
               [this] {
                 return std::make_unique<DirectoryDatabase>(
                     connection(settings_, settings_.postgres_url), surroundings_.clock,
                     surroundings_.faults, [this] {
                       outbox_.nudge();
                       give_back_.nudge();
                     });
               }),
      server_(server_options(settings_),
              routes({workers_, operator_token(settings_.admin_token), surroundings_.clock,
                      master_keys_of(settings_), unresolved_probe_})),
      database_(database_options(settings_),
                {[this] { database_ready(); },
                 [&health = surroundings_.health](const std::string& why) {
                   health.set_missing("postgres", why);
                 },
                 [&shutdown = surroundings_.shutdown](const std::string& why) {
                   shutdown.request(1, why);
                 }}) {
  surroundings_.health.expect("postgres");
  surroundings_.health.expect(consumer);
}

void DirectoryService::database_ready() {
  surroundings_.health.set_ready("postgres");
  if (settings_.prepare_only) {
    surroundings_.shutdown.request(0, "the database is in shape");
  } else {
    outbox_.start();
    give_back_.start();
    unresolved_.start();
  }
}

std::vector<runtime::Part> DirectoryService::parts() {
  // Stopping the database's keeper first makes sure that it starts nothing any more.
  std::vector<runtime::Part> parts{{"database, outbox and unresolved webhooks",
                                    [this] { database_.start(); },
                                    [this] {
                                      database_.stop();
                                      unresolved_.stop();
                                      give_back_.stop();
                                      outbox_.stop();
                                    }}};
  if (settings_.prepare_only) return parts;
  parts.push_back({"request workers", [this] { workers_.start(); }, [this] { workers_.stop(); }});
  parts.push_back({"http",
                   [this] {
                     server_.start();
                     telemetry::log_info("http.listening", {{"port", port()}});
                   },
                   [this] { server_.stop(drain_patience); }});
  return parts;
}

int run_directory(const DirectorySettings& settings) {
  runtime::Shutdown shutdown;  // before any thread: it takes the signals
  telemetry::Registry registry;
  runtime::Health health;
  const auto faults = runtime::fault_from(settings.service.fault);
  const SystemClock clock;
  DirectoryService service(settings, {registry, health, shutdown, *faults, clock});
  return runtime::run("directory", settings.service, registry, health, shutdown, service.parts());
}

}  // namespace hookswitch::directory
