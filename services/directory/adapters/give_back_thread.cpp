#include "adapters/give_back_thread.hpp"

#include "adapters/outbox_input.hpp"
#include "adapters/unresolved_queue_postgres.hpp"
#include "adapters/unresolved_store_postgres.hpp"

#include <hookswitch/telemetry/log.hpp>

#include <algorithm>
#include <typeinfo>
#include <utility>
#include <variant>

namespace hookswitch::directory {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t portion_rows = 200;
constexpr std::size_t portion_bytes = std::size_t{4} * 1024 * 1024;
/// A change of the directory is never far behind what was given back before it.
constexpr std::int64_t unpublished_rows_max = 1000;
constexpr auto idle = 3000ms;      ///< what has come from the bus waits so long at most
constexpr auto publishing = 20ms;  ///< the outbox is full
constexpr int waiting_days = 35;
constexpr std::size_t forgotten_rows = 1000;
constexpr auto forget_every = 1h;
constexpr auto forget_retry = 10min;
constexpr auto show_every = 5s;

struct Work {
  bool waiting = false;
  bool outbox_full = false;
};

/// Looked for without the lock, because most often there is none.
Work work_in(DirectoryDatabase& database) {
  const auto input = outbox_input();
  const auto rows = database.ask_alone(
      "SELECT EXISTS (SELECT FROM directory.unresolved_arrival) OR EXISTS (SELECT FROM"
      " directory.entity_change), (SELECT count(*) FROM (SELECT FROM directory.outbox WHERE"
      " input_topic = $1::text AND input_partition = $2::integer LIMIT $3::bigint) AS unpublished)",
      {input.topic, std::to_string(input.partition), std::to_string(unpublished_rows_max)});
  return {rows.text(0, 0) == "t", rows.integer(0, 1) >= unpublished_rows_max};
}

}  // namespace

GiveBackThread::GiveBackThread(std::function<std::unique_ptr<DirectoryDatabase>()> database,
                               const UnresolvedProbe& probe, const Clock& clock, FaultPort& faults)
    : make_database_(std::move(database)), probe_(probe), clock_(clock), faults_(faults) {}

GiveBackThread::~GiveBackThread() { stop(); }

void GiveBackThread::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void GiveBackThread::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void GiveBackThread::nudge() {
  {
    const std::lock_guard lock(mutex_);
    nudged_ = true;
  }
  woken_.notify_one();
}

void GiveBackThread::run(const std::stop_token& stop) {
  const auto database = make_database_();
  bool away = false;
  while (!stop.stop_requested()) {
    auto pause = idle;
    try {
      pause = turn(*database);
      away = false;
    } catch (const postgres::Unavailable& error) {
      if (!std::exchange(away, true)) {
        telemetry::log_warning("postgres.away", {{"error", error.what()}});
      }
    } catch (const postgres::StatementError& error) {
      telemetry::log_error("unresolved.failed", {{"sqlstate", error.sqlstate()}});
    } catch (const std::exception& error) {
      telemetry::log_error("unresolved.failed", {{"exception", typeid(error).name()}});
    }
    if (pause > 0ms) rest(pause, stop);
  }
}

std::chrono::milliseconds GiveBackThread::turn(DirectoryDatabase& database) {
  if (clock_.now() >= next_forget_) forget(database);
  const auto work = work_in(database);
  if (work.waiting && work.outbox_full) return publishing;
  if (work.waiting) {
    look(database);
    return 0ms;
  }
  if (changed_ && clock_.now() >= next_show_) show(database);
  return idle;
}

void GiveBackThread::look(DirectoryDatabase& database) {
  std::ptrdiff_t given_back = 0;
  database.write_operators([&](postgres::Transaction& transaction, TimePoint) {
    const auto portion = next_portion(transaction, portion_rows, portion_bytes);
    UnresolvedStorePostgres store(transaction);
    const auto verdicts = look_again(store, portion.webhooks);
    given_back = std::ranges::count_if(verdicts, [](const Verdict& verdict) {
      return std::holds_alternative<GivenBack>(verdict);
    });
    looked_at(transaction, portion);
    if (given_back > 0) faults_.reached("directory.giving_back");
  });
  changed_ = true;
  if (given_back == 0) return;
  faults_.reached("directory.gave_back");
  probe_.count_by_rules(static_cast<std::size_t>(given_back));
  telemetry::log_info("unresolved.given_back", {{"webhooks", given_back}});
}

void GiveBackThread::forget(DirectoryDatabase& database) {
  next_forget_ = clock_.now() + forget_retry;  // a failure keeps nobody waiting
  std::size_t forgotten = 0;
  database.write_operators([&](postgres::Transaction& transaction, TimePoint now) {
    forgotten = forget_older(transaction, now, waiting_days, forgotten_rows);
  });
  next_forget_ = clock_.now();
  if (forgotten < forgotten_rows) next_forget_ += forget_every;
  if (forgotten == 0) return;
  changed_ = true;
  probe_.count_forgotten(forgotten);
  telemetry::log_warning("unresolved.forgotten", {{"webhooks", forgotten}});
}

void GiveBackThread::show(DirectoryDatabase& database) {
  database.read_operators([&](postgres::Transaction& transaction) {
    probe_.show(UnresolvedStorePostgres(transaction).counts());
  });
  changed_ = false;
  next_show_ = clock_.now() + show_every;
}

void GiveBackThread::rest(std::chrono::milliseconds pause, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  // An operator may have given one away.
  if (woken_.wait_for(lock, stop, pause, [this] { return nudged_; })) changed_ = true;
  nudged_ = false;
}

}  // namespace hookswitch::directory
