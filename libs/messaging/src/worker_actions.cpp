#include <hookswitch/messaging/worker.hpp>

#include <algorithm>
#include <utility>

/// What the consumer machine's actions are, in terms of the ports.
namespace hookswitch::messaging {

using Machine = ConsumerMachine;

Machine::Outcome ConsumerWorker::perform(const Machine::OpenRun&) {
  const auto opened_at = wall_time();
  const bool clean = parts_.store->open_run(options_.instance, opened_at);
  run_open_ = true;
  store_back();
  return Machine::RunOpened{clean, opened_at};
}

Machine::Outcome ConsumerWorker::perform(const Machine::Poll& action) {
  // What a poll that failed half-way had taken already is still in the batch.
  if (std::exchange(unpause_, false)) consumer_->resume(owned_list());
  std::size_t bytes = 0;
  auto take = [&](events::InboundRecord record) {
    if (record.value) bytes += record.value->size();
    batch_.add(std::move(record));
  };
  for (auto& record : std::exchange(overflow_, {})) take(std::move(record));
  auto patience = action.patience;
  while (batch_.size() < options_.batch_messages && bytes < options_.batch_bytes_max) {
    auto record = consumer_->poll(patience);
    if (!record) break;
    if (batch_.size() == 0) {
      patience = Milliseconds{0};
      batch_began_ = now();
    }
    take(std::move(*record));
  }
  housekeeping();
  if (batch_.size() == 0) return Machine::Polled{};
  last_batch_ = now();
  parts_.probe.batch_size.observe(static_cast<double>(batch_.size()));
  reached(steps_.polled);
  return Machine::Polled{batch_.partition_numbers(), batch_.oldest()};
}

Machine::Outcome ConsumerWorker::perform(const Machine::Begin&) {
  transaction_.reset();
  written_.clear();
  removing_.clear();
  transaction_began_ = now();
  batch_.begin(machine_.scope());
  if (const auto tenantless = batch_.tenantless(); !tenantless.empty()) {
    batch_.belong_to(parts_.store->owners(tenantless));
  }
  transaction_ = parts_.store->begin(batch_.tenants());
  if (!machine_.scope().rolls_back()) reached(steps_.begun);
  return Machine::Done{};
}

Machine::Outcome ConsumerWorker::perform(const Machine::Admit&) {
  transaction_->foresee(batch_.readable());
  const auto entries = batch_.inbox_entries();
  const auto& admitted = batch_.admitted(transaction_->admit(entries));
  store_back();
  if (!machine_.scope().rolls_back()) {
    parts_.probe.inbox_duplicates.add(static_cast<double>(entries.size() - admitted.size()));
    reached(steps_.inbox);
  }
  return Machine::Admitted{admitted};
}

Machine::Outcome ConsumerWorker::perform(const Machine::Handle&) {
  if (!batch_.deliveries().empty()) {
    batch_.handled(transaction_->handle(batch_.deliveries(), wall_time()));
  }
  if (!machine_.scope().rolls_back()) reached(steps_.business);
  return Machine::Done{};
}

Machine::Outcome ConsumerWorker::perform(const Machine::WriteOutbox&) {
  const auto& scope = machine_.scope();
  OutboxWrite write;
  write.rows = batch_.outbox_rows(scope, options_.emitted_bytes_max, wall_time());
  if (!batch_.dead().empty()) transaction_->mark_dead(batch_.dead());
  if (!scope.rolls_back()) write.published = publisher_.removable();
  for (const auto& row : write.rows) {
    const bool watched =
        std::find(write.watched.begin(), write.watched.end(), row.input) != write.watched.end();
    if (!watched && owned_.contains(row.input)) write.watched.push_back(row.input);
  }
  if (!write.rows.empty() || !write.published.empty()) {
    if (!write.watched.empty()) write.known = publisher_.known();
    transaction_->write_outbox(write);
  }
  if (!scope.whole()) transaction_->clear_attempt(batch_.position(scope.item));
  if (scope.rolls_back()) {
    transaction_->rehearse();
    return Machine::Done{};
  }
  written_ = std::move(write.rows);
  removing_ = std::move(write.published);
  reached(steps_.outbox);
  reached(steps_.before_commit);
  return Machine::Done{};
}

Machine::Outcome ConsumerWorker::perform(const Machine::Commit&) {
  const auto written = transaction_->commit();
  transaction_.reset();
  for (std::size_t i = 0; i < written_.size(); ++i) written_[i].id = written.ids.at(i);
  if (parts_.events.committed) parts_.events.committed();
  parts_.probe.transaction_seconds.observe(
      std::chrono::duration<double>(now() - transaction_began_).count());
  const bool removed = !removing_.empty();
  publisher_.removed(removing_);
  // Rows of a partition that another worker owns are published by that worker's sweep.
  std::erase_if(written_, [this](const OutboxRow& row) { return !owned_.contains(row.input); });
  publisher_.committed(std::move(written_), written.strangers);
  written_.clear();
  count_committed();
  reached(steps_.after_commit);
  if (removed) reached(steps_.removed);
  return Machine::Done{};
}

void ConsumerWorker::count_committed() {
  for (const auto& reason : batch_.dead_reasons()) parts_.probe.dead_letters(reason).add();
  for (const auto& [event, outcome] : batch_.account()) {
    std::string name;
    name.append(event).append("\n").append(outcome);
    auto known = outcome_counters_.find(name);
    if (known == outcome_counters_.end()) {
      known = outcome_counters_
                  .emplace(name, parts_.probe.outcomes(std::string(event), std::string(outcome)))
                  .first;
    }
    known->second.add();
  }
}

Machine::Outcome ConsumerWorker::perform(const Machine::Rollback&) {
  transaction_.reset();
  return Machine::Done{};
}

Machine::Outcome ConsumerWorker::perform(const Machine::BeginAttempt&) {
  return Machine::Attempted{
      parts_.store->begin_attempt(batch_.position(machine_.scope().item), wall_time())};
}

Machine::Outcome ConsumerWorker::perform(const Machine::EndAttempt& action) {
  const auto count = parts_.store->end_attempt(batch_.position(machine_.scope().item),
                                               action.error_code, wall_time());
  reached(steps_.attempt_recorded);
  return Machine::Attempted{count};
}

Machine::Outcome ConsumerWorker::perform(const Machine::CommitOffsets& action) {
  for (const auto& position : batch_.next_offsets(action.items)) {
    next_[position.partition] = position.offset;
  }
  offsets_held_back_ = true;
  offsets_unsure_ = true;
  commit_offsets_when_due();
  if (action.last) {
    parts_.probe.batch_seconds.observe(std::chrono::duration<double>(now() - batch_began_).count());
    batch_.clear();
  }
  reached(steps_.offsets_committed);
  return Machine::Done{};
}

Machine::Outcome ConsumerWorker::perform(const Machine::AwaitReports& action) {
  take_reports(action.patience);
  return Machine::Done{};
}

Machine::Outcome ConsumerWorker::perform(const Machine::Pause&) {
  consumer_->pause(owned_list());
  return Machine::Done{};
}

Machine::Outcome ConsumerWorker::perform(const Machine::Rest& action) {
  if (auto record = consumer_->poll(action.patience)) overflow_.push_back(std::move(*record));
  return Machine::Done{};
}

Machine::Outcome ConsumerWorker::perform(const Machine::Resume&) {
  consumer_->resume(owned_list());
  return Machine::Done{};
}

Machine::Outcome ConsumerWorker::perform(const Machine::Nap& action) {
  parts_.sleep(action.duration);
  return Machine::Done{};
}

}  // namespace hookswitch::messaging
