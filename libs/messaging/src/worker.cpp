#include <hookswitch/events/topics.hpp>
#include <hookswitch/messaging/worker.hpp>
#include <hookswitch/telemetry/log.hpp>

#include <algorithm>
#include <functional>
#include <utility>

namespace hookswitch::messaging {
namespace {

constexpr Milliseconds at_once{0};

ConsumerOptions consumer_options(const WorkerOptions& options) {
  return {.batch_messages = options.batch_messages,
          .cautious_messages = options.cautious_messages,
          .batch_pause = options.batch_pause,
          .attempts_max = options.attempts_max,
          .crashes_max = options.crashes_max,
          .poll_patience = options.poll_patience,
          .backoff_first = options.backoff_first,
          .backoff_max = options.backoff_max,
          .jitter_seed = std::hash<std::string>{}(options.instance)};
}

PublisherOptions publisher_options(const WorkerOptions& options) {
  return {.unreported_rows_max = options.unreported_rows_max,
          .removal_rows_max = options.unreported_rows_max,
          .sweep_interval = options.sweep_interval,
          .removal_delay = options.removal_delay,
          .backoff_first = options.backoff_first,
          .backoff_max = options.backoff_max};
}

}  // namespace

ConsumerWorker::Steps::Steps(const std::string& service)
    : polled(service + ".polled"),
      begun(service + ".begun"),
      inbox(service + ".inbox"),
      business(service + ".business"),
      outbox(service + ".outbox"),
      before_commit(service + ".before_commit"),
      after_commit(service + ".after_commit"),
      produced(service + ".produced"),
      reported(service + ".reported"),
      removed(service + ".removed"),
      offsets_committed(service + ".offsets_committed"),
      revoking(service + ".revoking"),
      recovering(service + ".recovering"),
      attempt_recorded(service + ".attempt_recorded") {}

ConsumerWorker::ConsumerWorker(WorkerOptions options, WorkerParts parts)
    : options_(std::move(options)),
      parts_(std::move(parts)),
      steps_(options_.service),
      machine_(consumer_options(options_)),
      publisher_(publisher_options(options_)),
      consumer_(parts_.join(*this)),
      batch_(options_.service, options_.build, options_.tenant_of) {}

ConsumerWorker::~ConsumerWorker() { leave(); }

void ConsumerWorker::step() {
  if (machine_.between_transactions()) {
    commit_offsets_when_due();
    take_reports(at_once);
    if (publish_step()) return;
  }
  Outcome outcome;
  try {
    outcome = std::visit([this](const auto& action) { return perform(action); }, machine_.action());
  } catch (const StoreUnavailable& error) {
    outcome = ConsumerMachine::Unavailable{};
    store_away(error);
  } catch (const StoreConflict&) {
    outcome = ConsumerMachine::Conflict{};
    parts_.probe.postgres_retries.add();
  } catch (const BusUnavailable& error) {
    outcome = ConsumerMachine::Unavailable{};
    telemetry::log_warning("consumer.kafka_away", {{"error", error.what()}});
  } catch (const BusFatal&) {
    throw;
  } catch (const std::exception& error) {
    const auto code = error_code_of(error);
    telemetry::log_warning("consumer.message_failed", {{"error", code}});
    outcome = ConsumerMachine::Failed{code};
  }
  const bool good = !std::holds_alternative<ConsumerMachine::Unavailable>(outcome) &&
                    !std::holds_alternative<ConsumerMachine::Conflict>(outcome) &&
                    !std::holds_alternative<ConsumerMachine::Failed>(outcome);
  if (!good) {
    // A commit may have worked although it threw: its rows are then found in the table.
    if (std::holds_alternative<ConsumerMachine::Commit>(machine_.action())) publisher_.look(now());
    transaction_.reset();
  }
  machine_.resume(outcome, now(), publisher_.has_room());
}

bool ConsumerWorker::publish_step() {
  const auto action = publisher_.next(now());
  if (std::holds_alternative<PublisherMachine::Nothing>(action)) return false;
  try {
    if (const auto* rows = std::get_if<PublisherMachine::Produce>(&action)) {
      produce(*rows);
    } else if (const auto* removal = std::get_if<PublisherMachine::Remove>(&action)) {
      remove(removal->ids);
    } else {
      load();
    }
  } catch (const StoreUnavailable& error) {
    publisher_.store_failed(now());
    store_away(error);
  } catch (const std::exception& error) {
    publisher_.store_failed(now());
    telemetry::log_error("outbox.failed", {{"error", error_code_of(error)}});
  }
  return true;
}

void ConsumerWorker::produce(const PublisherMachine::Produce& action) {
  std::size_t accepted = 0;
  auto answer = Enqueued::accepted;
  for (const auto& [token, row] : action.rows) {
    answer = parts_.producer->produce(row->record, token);
    if (answer != Enqueued::accepted) break;
    ++accepted;
  }
  if (answer == Enqueued::refused) {
    const auto* row = action.rows[accepted].second;
    telemetry::log_error("outbox.row_refused", {{"topic", row->record.topic}, {"row", row->id}});
  }
  if (accepted > 0 && !publish_began_) publish_began_ = now();
  publisher_.produced(accepted, answer == Enqueued::refused, now());
  kafka_state();
  reached(steps_.produced);
}

void ConsumerWorker::load() {
  if (owned_.empty()) return publisher_.loaded({}, false, now());
  if (publisher_.load_due()) reached(steps_.recovering);
  const auto rows_max = options_.unreported_rows_max;
  auto rows = parts_.store->load_outbox(owned_list(), publisher_.known(), rows_max,
                                        options_.batch_bytes_max);
  store_back();
  // A page may also be full of bytes: only an empty one says that there is no more.
  const bool more = !rows.empty();
  publisher_.loaded(std::move(rows), more, now());
}

void ConsumerWorker::remove(const std::vector<std::int64_t>& ids) {
  parts_.store->remove_outbox(ids);
  store_back();
  publisher_.removed(ids);
  reached(steps_.removed);
}

void ConsumerWorker::take_reports(Milliseconds patience) {
  if (publisher_.unreported() == 0) return;
  const auto reports = parts_.producer->reports(patience);
  if (reports.empty()) return;
  for (const auto& report : reports) publisher_.reported(report, now());
  if (publisher_.unreported() == 0 && publish_began_) {
    parts_.probe.publish_seconds.observe(
        std::chrono::duration<double>(now() - *publish_began_).count());
    publish_began_.reset();
  }
  kafka_state();
  reached(steps_.reported);
}

void ConsumerWorker::on_assigned(const std::vector<InputPartition>& partitions) {
  owned_.insert(partitions.begin(), partitions.end());
  unpause_ = true;
  publisher_.look(now());
  telemetry::log_info("consumer.assigned", {{"partitions", partitions.size()}});
  if (parts_.events.assigned) parts_.events.assigned(partitions.size());
}

void ConsumerWorker::on_revoked(const std::vector<InputPartition>& partitions, bool lost) {
  telemetry::log_info("consumer.revoked", {{"partitions", partitions.size()}, {"lost", lost}});
  if (!leaving_) hand_over(lost);
  machine_.dropped();
  batch_.clear();
  overflow_.clear();
  publisher_.forget();
  owned_.clear();
  for (const auto& [partition, gauge] : lag_gauges_) gauge.set(0);  // the next owner says more
  next_.clear();
  offsets_held_back_ = false;
  offsets_unsure_ = false;
  publish_began_.reset();
  if (parts_.events.revoked) parts_.events.revoked();
}

/// Called from within the client library, where nothing may be thrown.
void ConsumerWorker::hand_over(bool lost) {
  try {
    reached(steps_.revoking);
    if (!lost) settle();
  } catch (const std::exception& error) {
    // What is left is the next owner's.
    telemetry::log_warning("consumer.revoke_incomplete", {{"error", error_code_of(error)}});
  }
  transaction_.reset();
  if (const auto marked = machine_.marked_item()) left_marks_.push_back(batch_.position(*marked));
  try {
    take_back_marks();
  } catch (const std::exception& error) {
    store_away(error);  // tried again by housekeeping
  }
}

/// The consumer's end calls on_revoked() back, when there is no consumer_ any more and no batch: so
/// nothing is handed over there, and whoever ends in order has done all of it before.
void ConsumerWorker::leave() {
  leaving_ = true;
  transaction_.reset();
  batch_.clear();
  overflow_.clear();
  consumer_.reset();
}

void ConsumerWorker::settle() {
  const auto deadline = now() + options_.revoke_patience;
  while (publisher_.in_flight() > 0) {
    const auto left = deadline - now();
    const auto before = publisher_.in_flight();
    if (left.count() <= 0) break;
    take_reports(left);
    if (publisher_.in_flight() == before) break;
  }
  if (const auto ids = publisher_.removable(); !ids.empty()) remove(ids);
  commit_offsets_again();
}

void ConsumerWorker::finish() {
  const auto deadline = now() + options_.revoke_patience;
  while (!machine_.between_transactions() && now() < deadline) step();
  transaction_.reset();
  try {
    if (const auto marked = machine_.marked_item()) {
      left_marks_.push_back(batch_.position(*marked));
    }
    take_back_marks();
    while (now() < deadline && publish_step()) take_reports(at_once);
    reached(steps_.revoking);
    settle();
    if (run_open_) parts_.store->close_run(options_.instance, wall_time());
    leaving_ = true;
    // What is still in flight or not committed, the next owner would repeat: it had better not
    // come yet.
    if (options_.leaves_group && publisher_.in_flight() == 0 && !offsets_unsure_) {
      consumer_->leave();
    }
  } catch (const std::exception& error) {
    telemetry::log_warning("consumer.stop_incomplete", {{"error", error_code_of(error)}});
  }
  leave();
}

/// The end of a consumer is no message's doing: no mark may stay, and the run counts as orderly.
void ConsumerWorker::abandon() {
  transaction_.reset();
  try {
    if (const auto marked = machine_.marked_item()) {
      left_marks_.push_back(batch_.position(*marked));
    }
    take_back_marks();
    if (run_open_) parts_.store->close_run(options_.instance, wall_time());
  } catch (const std::exception& error) {
    telemetry::log_warning("consumer.abandon_incomplete", {{"error", error_code_of(error)}});
  }
}

ConsumerWorker::End ConsumerWorker::run(const std::stop_token& stop) {
  try {
    while (!stop.stop_requested()) step();
    finish();
    return End::stopped;
  } catch (const BusFatal& error) {
    telemetry::log_error("consumer.lost", {{"error", error.what()}});
    abandon();
    return End::consumer_lost;
  } catch (const std::exception& error) {
    telemetry::log_error("consumer.failed", {{"error", error_code_of(error)}});
    return End::failed;
  }
}

bool ConsumerWorker::quiet() const {
  return machine_.between_transactions() && !machine_.working() && publisher_.known().empty() &&
         !publisher_.load_due();
}

void ConsumerWorker::housekeeping() {
  const auto instant = now();
  if (instant < next_housekeeping_) return;
  next_housekeeping_ = instant + options_.sweep_interval;
  kafka_state();
  if (instant - last_batch_ >= options_.sweep_interval) commit_offsets_again();
  for (const auto& lag : consumer_->lag()) {
    auto gauge = lag_gauges_.find(lag.partition);
    if (gauge == lag_gauges_.end()) {
      gauge = lag_gauges_
                  .emplace(lag.partition,
                           parts_.probe.lag(lag.partition.topic, lag.partition.partition))
                  .first;
    }
    gauge->second.set(static_cast<double>(lag.offset));
  }
  try {
    take_back_marks();
    const auto backlog = parts_.store->outbox_backlog();
    parts_.probe.outbox_rows.set(static_cast<double>(backlog.rows));
    parts_.probe.outbox_oldest_seconds.set(backlog.oldest_age_s);
    store_back();
    if (instant < next_prune_) return;
    constexpr std::size_t prune_rows = 1000;
    const auto pruned = parts_.store->prune_inbox(options_.inbox_days, prune_rows);
    next_prune_ =
        instant + (pruned == prune_rows ? at_once : Milliseconds{std::chrono::minutes{1}});
  } catch (const StoreUnavailable& error) {
    store_away(error);  // the next batch or sweep finds out for itself
  }
}

/// The process lives, so a mark it left on a message that was taken from it must not speak against
/// that message.
void ConsumerWorker::take_back_marks() {
  while (!left_marks_.empty()) {
    std::ignore = parts_.store->end_attempt(left_marks_.back(), std::nullopt, wall_time());
    left_marks_.pop_back();
  }
}

std::vector<NextOffset> ConsumerWorker::next_offsets() const {
  std::vector<NextOffset> next;
  next.reserve(next_.size());
  for (const auto& [partition, offset] : next_) next.push_back({partition, offset});
  return next;
}

void ConsumerWorker::commit_offsets_when_due() {
  const auto instant = now();
  if (!offsets_held_back_ || instant < offsets_due_) return;
  offsets_held_back_ = false;
  offsets_due_ = instant + options_.offsets_interval;
  consumer_->commit_async(next_offsets());
}

void ConsumerWorker::commit_offsets_again() {
  if (!offsets_unsure_) return;
  try {
    consumer_->commit_sync(next_offsets());
    offsets_held_back_ = false;
    offsets_unsure_ = false;
  } catch (const BusUnavailable& error) {
    // Tried again by the next housekeeping; until then a restart would only meet the inbox.
    telemetry::log_warning("consumer.offsets_not_committed", {{"error", error.what()}});
  }
}

void ConsumerWorker::store_away(const std::exception& error) {
  parts_.probe.postgres_retries.add();
  if (std::exchange(store_away_, true)) return;
  telemetry::log_warning("consumer.postgres_away", {{"error", error.what()}});
  if (parts_.events.postgres_away) parts_.events.postgres_away(error.what());
}

void ConsumerWorker::store_back() {
  if (!std::exchange(store_away_, false)) return;
  telemetry::log_info("consumer.postgres_back");
  if (parts_.events.postgres_back) parts_.events.postgres_back();
}

void ConsumerWorker::kafka_state() {
  const bool away = !parts_.producer->reachable() || publisher_.blocked();
  if (away == std::exchange(kafka_away_, away)) return;
  if (away && parts_.events.kafka_away) {
    parts_.events.kafka_away(publisher_.blocked() ? "Kafka refuses an outbox row"
                                                  : "no broker can be reached");
  }
  if (!away && parts_.events.kafka_back) parts_.events.kafka_back();
}

void ConsumerWorker::reached(const std::string& step) { parts_.faults.reached(step); }

}  // namespace hookswitch::messaging
