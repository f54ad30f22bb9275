#include <hookswitch/messaging/database_checks.hpp>
#include <hookswitch/messaging/database_keeper.hpp>
#include <hookswitch/messaging/postgres_store.hpp>
#include <hookswitch/telemetry/log.hpp>

#include <algorithm>
#include <utility>

namespace hookswitch::messaging {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds retry_first = 100ms;
constexpr std::chrono::milliseconds retry_max = 2000ms;
constexpr std::chrono::milliseconds upkeep_every = 24h;
constexpr std::chrono::milliseconds upkeep_retry = 10min;

}  // namespace

DatabaseKeeper::DatabaseKeeper(Options options, Events events)
    : options_(std::move(options)), events_(std::move(events)) {}

DatabaseKeeper::~DatabaseKeeper() { stop(); }

void DatabaseKeeper::start() {
  const bool prepared = try_prepare();
  if (prepared) events_.ready();
  thread_ = std::thread([this, prepared] { run(prepared); });
}

void DatabaseKeeper::stop() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  stopped_.notify_all();
  if (thread_.joinable()) thread_.join();
}

/// False when the server is away. Throws when something is wrong.
bool DatabaseKeeper::try_prepare() {
  try {
    prepare();
    if (std::exchange(away_, false)) telemetry::log_info("postgres.back");
    return true;
  } catch (const postgres::Unavailable& error) {
    if (!std::exchange(away_, true)) {
      telemetry::log_warning("postgres.away", {{"error", error.what()}});
    }
    events_.away(error.what());
    return false;
  }
}

void DatabaseKeeper::prepare() {
  postgres::Connection app(options_.app);  // first: a malformed URL is said though nobody listens
  if (options_.owner) {
    postgres::Connection owner(*options_.owner);
    std::vector<postgres::Migration> migrations{
        runtime_tables_migration(options_.schema, options_.schema + "_app")};
    migrations.insert(migrations.end(), options_.migrations.begin(), options_.migrations.end());
    postgres::migrate(owner, options_.schema, migrations);
    if (options_.upkeep) options_.upkeep(owner);
  }
  require_guarded_tenants(app, options_.schema, options_.unguarded_tables);
  require_enough_connections(app, options_.replicas, options_.workers);
}

void DatabaseKeeper::run(bool prepared) {
  auto pause = retry_first;
  while (!prepared) {
    if (!wait(pause)) return;
    pause = std::min(pause * 2, retry_max);
    try {
      prepared = try_prepare();
    } catch (const std::exception& error) {
      events_.wrong(error.what());
      return;
    }
    if (prepared) events_.ready();
  }
  if (options_.owner && options_.upkeep) keep_up(*options_.owner);
}

// A failure is no reason to stop working: upkeep is done well ahead of need.
void DatabaseKeeper::keep_up(const postgres::ConnectionOptions& options) {
  auto next = upkeep_every;
  while (wait(next)) {
    try {
      postgres::Connection owner(options);
      options_.upkeep(owner);
      next = upkeep_every;
    } catch (const std::exception& error) {
      telemetry::log_warning("upkeep.failed", {{"error", error.what()}});
      next = upkeep_retry;
    }
  }
}

/// False when it is time to stop.
bool DatabaseKeeper::wait(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return !stopped_.wait_for(lock, time, [this] { return stop_; });
}

}  // namespace hookswitch::messaging
