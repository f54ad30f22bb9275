#include "adapters/give_back_thread.hpp"

#include "adapters/failure_cause.hpp"
#include "adapters/instants.hpp"
#include "adapters/outbox_input.hpp"
#include "adapters/unresolved_store_postgres.hpp"
#include "application/failing_webhook.hpp"

#include <hookswitch/telemetry/log.hpp>

#include <algorithm>
#include <exception>
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
constexpr auto idle = 10s;         ///< a net: who commits something says so
constexpr auto publishing = 20ms;  ///< the outbox is full
constexpr auto backoff_first = 100ms;
constexpr auto backoff_max = 5s;
constexpr auto show_rest = 500ms;
constexpr int show_share = 50;  ///< counting takes at most one part of so many of the time

struct Work {
  bool waiting = false;
  bool outbox_full = false;
  std::optional<TimePoint> failing;  ///< when the next try of one that fails is due
};

/// Looked for without the lock, because most often there is none.
Work work_in(DirectoryDatabase& database) {
  const auto input = outbox_input();
  const auto rows = database.ask_alone(
      "SELECT EXISTS (SELECT FROM directory.unresolved_arrival) OR EXISTS (SELECT FROM"
      " directory.entity_change), (SELECT count(*) FROM (SELECT FROM directory.outbox WHERE"
      " input_topic = $1::text AND input_partition = $2::integer LIMIT $3::bigint) AS unpublished),"
      " (SELECT (extract(epoch FROM min(try_at)) * 1000)::bigint FROM"
      " directory.unresolved_failure)",
      {input.topic, std::to_string(input.partition), std::to_string(unpublished_rows_max)});
  Work work{rows.text(0, 0) == "t", rows.integer(0, 1) >= unpublished_rows_max, {}};
  work.failing = instant_at(rows, 0, 2);
  return work;
}

}  // namespace

GiveBackThread::GiveBackThread(std::function<std::unique_ptr<DirectoryDatabase>()> database,
                               const UnresolvedProbe& probe, const Clock& clock, FaultPort& faults)
    : make_database_(std::move(database)),
      probe_(probe),
      clock_(clock),
      faults_(faults),
      forgetting_(probe, clock) {}

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
  Milliseconds backoff = backoff_first;
  while (!stop.stop_requested()) {
    Milliseconds pause{};
    try {
      pause = turn(*database);
      away_ = false;
      backoff = backoff_first;
    } catch (const std::exception& error) {
      complain_of(error);
      pause = backoff;
      backoff = std::min<Milliseconds>(backoff * 2, backoff_max);
    }
    if (pause > 0ms) rest(pause, stop);
  }
}

void GiveBackThread::complain_of(const std::exception& error) {
  if (dynamic_cast<const postgres::Unavailable*>(&error) != nullptr) {
    if (!std::exchange(away_, true)) {
      telemetry::log_warning("postgres.away", {{"error", error.what()}});
    }
  } else if (const auto* refused = dynamic_cast<const postgres::StatementError*>(&error)) {
    telemetry::log_error("unresolved.failed", {{"sqlstate", refused->sqlstate()}});
  } else {
    telemetry::log_error("unresolved.failed", {{"exception", typeid(error).name()}});
  }
}

Milliseconds GiveBackThread::turn(DirectoryDatabase& database) {
  if (!begun_) {
    // What this version has mended goes out.
    database.write_operators([](postgres::Transaction& transaction, TimePoint now) {
      try_all_failing(transaction, now);
    });
    begun_ = true;
  }
  if (forgetting_.due() && forgetting_.forget(database) > 0) changed_ = true;
  const auto work = work_in(database);
  const bool failing = work.failing && *work.failing <= clock_.now();
  if ((work.waiting || failing) && work.outbox_full) return publishing;
  if (work.waiting) {
    const auto rows = alone_ > 0 ? 1 : portion_rows;
    look(database, [rows](postgres::Transaction& transaction, TimePoint) {
      return next_portion(transaction, rows, portion_bytes);
    });
    if (alone_ > 0) --alone_;
  }
  if (failing) look(database, next_failing);
  if (work.waiting || failing) return 0ms;
  return show_or_wait(database, work.failing);
}

/// How long there is nothing to do.
Milliseconds GiveBackThread::show_or_wait(DirectoryDatabase& database,
                                          const std::optional<TimePoint>& next_try) {
  if (changed_ && timer_.now() >= next_show_) show(database);
  Milliseconds pause = idle;
  if (next_try) pause = std::min(pause, *next_try - clock_.now());
  if (changed_) pause = std::min(pause, next_show_ - timer_.now());
  return std::max(pause, Milliseconds{1});
}

void GiveBackThread::look(
    DirectoryDatabase& database,
    const std::function<Portion(postgres::Transaction&, TimePoint now)>& choose) {
  Portion portion;
  std::ptrdiff_t given_back = 0;
  try {
    database.write_operators([&](postgres::Transaction& transaction, TimePoint now) {
      portion = choose(transaction, now);
      UnresolvedStorePostgres store(transaction);
      const auto verdicts = look_again(store, store.load(portion.ids));
      given_back = std::ranges::count_if(verdicts, [](const Verdict& verdict) {
        return std::holds_alternative<GivenBack>(verdict);
      });
      looked_at(transaction, portion);
      if (given_back > 0) faults_.reached("directory.giving_back");
    });
  } catch (const std::exception&) {
    const auto cause = cause_of(std::current_exception());
    if (!cause || portion.ids.empty()) throw;
    return isolate(database, portion, *cause);
  }
  changed_ = true;
  if (given_back == 0) return;
  faults_.reached("directory.gave_back");
  probe_.count_by_rules(static_cast<std::size_t>(given_back));
  telemetry::log_info("unresolved.given_back", {{"webhooks", given_back}});
}

void GiveBackThread::isolate(DirectoryDatabase& database, const Portion& portion,
                             const std::string& cause) {
  if (portion.ids.size() > 1) {
    alone_ = portion.ids.size();
    telemetry::log_warning("unresolved.portion_failed",
                           {{"webhooks", portion.ids.size()}, {"cause", cause}});
    return;
  }
  const auto& id = portion.ids.front();
  int failures = 0;
  database.write_operators([&](postgres::Transaction& transaction, TimePoint now) {
    failures = has_failed(transaction, id, cause, now);
  });
  if (failures == 0) return;
  changed_ = true;
  probe_.count_failure();
  const bool told = failures == failures_until_stuck;
  telemetry::log(told ? telemetry::Level::error : telemetry::Level::warning,
                 told ? "unresolved.stuck" : "unresolved.failed",
                 {{"id", id.to_string()}, {"cause", cause}, {"tries", failures}});
}

void GiveBackThread::show(DirectoryDatabase& database) {
  const auto begun = timer_.now();
  database.read_operators([&](postgres::Transaction& transaction) {
    probe_.show(UnresolvedStorePostgres(transaction).counts());
    probe_.show_stuck(count_stuck(transaction));
  });
  changed_ = false;
  next_show_ =
      timer_.now() + std::max<Milliseconds>(show_rest, show_share * (timer_.now() - begun));
}

void GiveBackThread::rest(Milliseconds pause, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  // An operator may have given one away.
  if (woken_.wait_for(lock, stop, pause, [this] { return nudged_; })) changed_ = true;
  nudged_ = false;
}

}  // namespace hookswitch::directory
