#include <hookswitch/messaging/consumer_machine.hpp>

#include <algorithm>
#include <utility>

namespace hookswitch::messaging {

using Mode = Scope::Mode;

ConsumerMachine::ConsumerMachine(const ConsumerOptions& options)
    : options_(options), jitter_(options.jitter_seed | 1U) {}

void ConsumerMachine::resume(const Outcome& outcome, TimePoint now, bool room) {
  if (std::holds_alternative<Unavailable>(outcome)) {
    unavailable(now);
  } else if (std::holds_alternative<Conflict>(outcome)) {
    conflict(now);
  } else if (const auto* failure = std::get_if<Failed>(&outcome)) {
    failed(failure->error_code, now);
  } else {
    done(outcome, now, room);
  }
}

void ConsumerMachine::dropped() {
  items_ = 0;
  partitions_.clear();
  todo_.clear();
  todo_at_ = 0;
  put_off_.clear();
  putting_off_ = false;
  marked_ = false;
  ending_ = false;
  try_error_.reset();
}

bool ConsumerMachine::between_transactions() const {
  if (marked_) return false;
  switch (phase_) {
    case Phase::opening:
    case Phase::polling:
    case Phase::waiting:
    case Phase::offsets:
    case Phase::pausing:
    case Phase::resting:
    case Phase::resuming:
    case Phase::napping:
      return true;
    case Phase::attempt_begin:
    case Phase::begin:
    case Phase::admit:
    case Phase::handle:
    case Phase::outbox:
    case Phase::finish:
    case Phase::attempt_end:
      return false;
  }
  return false;
}

std::optional<std::size_t> ConsumerMachine::marked_item() const {
  return marked_ ? std::optional(scope_.item) : std::nullopt;
}

void ConsumerMachine::go(Phase phase, Action action) {
  phase_ = phase;
  action_ = std::move(action);
}

void ConsumerMachine::done(const Outcome& outcome, TimePoint now, bool room) {
  switch (phase_) {
    case Phase::opening:
      if (std::holds_alternative<Nap>(action_)) return go(Phase::opening, OpenRun{});
      cautious_ = !std::get<RunOpened>(outcome).previous_clean;
      opened_at_ = std::get<RunOpened>(outcome).at;
      failures_ = 0;
      return poll();
    case Phase::polling:
      failures_ = 0;
      return polled(std::get<Polled>(outcome), room);
    case Phase::waiting:
      return room ? start_scope() : rest_until(now);
    case Phase::attempt_begin:
      return attempt_begun(std::get<Attempted>(outcome).count);
    case Phase::begin:
      return go(Phase::admit, Admit{});
    case Phase::admit:
      return admitted(std::get<Admitted>(outcome));
    case Phase::handle:
      return go(Phase::outbox, WriteOutbox{});
    case Phase::outbox:
      return scope_.rolls_back() ? go(Phase::finish, Rollback{}) : go(Phase::finish, Commit{});
    case Phase::finish:
      return finished();
    case Phase::attempt_end:
      return attempt_ended(std::get<Attempted>(outcome).count, now);
    case Phase::offsets:
      return std::get<CommitOffsets>(action_).last ? end_batch() : next_item();
    case Phase::pausing:
    case Phase::resting:
      return rested(now, room);
    case Phase::resuming:
      return ending_ ? go(Phase::attempt_end, EndAttempt{try_error_}) : start_scope();
    case Phase::napping:
      return poll();
  }
}

void ConsumerMachine::polled(const Polled& polled, bool room) {
  if (polled.partitions.empty()) return poll();
  partitions_ = polled.partitions;
  oldest_ = polled.oldest;
  items_ = partitions_.size();
  was_full_ = items_ >= options_.batch_messages;
  scope_ = Scope{};
  scope_.mode = suspicious() ? Mode::survey : Mode::batch;
  if (!room) return go(Phase::waiting, AwaitReports{options_.poll_patience});
  start_scope();
}

void ConsumerMachine::start(Scope scope) {
  scope_ = std::move(scope);
  start_scope();
}

void ConsumerMachine::start_scope() {
  if (scope_.mode != Mode::rehearse) return go(Phase::begin, Begin{});
  marked_ = true;
  go(Phase::attempt_begin, BeginAttempt{});
}

void ConsumerMachine::admitted(const Admitted& admitted) {
  switch (scope_.mode) {
    case Mode::survey:
      todo_ = admitted.items;
      todo_at_ = 0;
      return go(Phase::finish, Rollback{});
    case Mode::alone:
      if (!admitted.items.empty()) ++proven_[partitions_[scope_.item]];
      return go(Phase::handle, Handle{});
    case Mode::bury:
      return go(Phase::outbox, WriteOutbox{});
    case Mode::batch:
    case Mode::rehearse:
      return go(Phase::handle, Handle{});
  }
}

void ConsumerMachine::finished() {
  failures_ = 0;
  conflicts_ = 0;
  switch (scope_.mode) {
    case Mode::batch:
      return go(Phase::offsets, CommitOffsets{items_, true});
    case Mode::survey:
      if (todo_.empty()) return go(Phase::offsets, CommitOffsets{items_, true});
      return start({.mode = Mode::rehearse, .item = todo_.front()});
    case Mode::rehearse:
      ending_ = true;
      return go(Phase::attempt_end, EndAttempt{});
    case Mode::alone:
    case Mode::bury:
      marked_ = false;
      if (!put_off_.empty()) return next_item();  // offsets may not pass what comes last
      return go(Phase::offsets, CommitOffsets{scope_.item + 1, false});
  }
}

void ConsumerMachine::attempt_begun(const AttemptCount& count) {
  if (count.crashes >= options_.crashes_max) {
    return start({Mode::bury, scope_.item, "crashed", count});
  }
  if (count.failed >= options_.attempts_max) {
    return start({Mode::bury, scope_.item, "failed", count});
  }
  if (count.crashes > 0 && todo_at_ + 1 < todo_.size() && put_off_.insert(scope_.item).second) {
    putting_off_ = true;
    ending_ = true;
    return go(Phase::attempt_end, EndAttempt{});
  }
  if (try_error_) {  // the transaction that counts has thrown after a good rehearsal: that is a
                     // try, too
    ending_ = true;
    return go(Phase::attempt_end, EndAttempt{try_error_});
  }
  go(Phase::begin, Begin{});
}

void ConsumerMachine::attempt_ended(const AttemptCount& count, TimePoint now) {
  marked_ = false;
  ending_ = false;
  if (std::exchange(putting_off_, false)) return start_after_the_others();
  if (!try_error_) return start({.mode = Mode::alone, .item = scope_.item});
  try_error_.reset();
  if (count.failed >= options_.attempts_max) {
    return start({Mode::bury, scope_.item, "failed", count});
  }
  scope_ = {.mode = Mode::rehearse, .item = scope_.item};
  rest_until(now + options_.backoff_first * count.failed);
}

/// The process died with this message alone in work: guilty, or only unlucky. The others go first,
/// so that a second kill from outside is unlikely to meet the same message again.
void ConsumerMachine::start_after_the_others() {
  const auto here = todo_.begin() + static_cast<std::ptrdiff_t>(todo_at_);
  std::rotate(here, here + 1, todo_.end());
  start({.mode = Mode::rehearse, .item = todo_[todo_at_]});
}

void ConsumerMachine::next_item() {
  if (++todo_at_ == todo_.size()) return go(Phase::offsets, CommitOffsets{items_, true});
  start({.mode = Mode::rehearse, .item = todo_[todo_at_]});
}

void ConsumerMachine::rested(TimePoint now, bool room) {
  if (items_ == 0) return poll();
  // With a mark no report is taken, so that no room would ever come; a message alone needs little.
  room = room || marked_;
  if (now >= not_before_ && room) return go(Phase::resuming, Resume{});
  const auto left = std::max(not_before_ - now, Milliseconds{1});
  go(Phase::resting, Rest{room ? std::min(left, options_.poll_patience) : options_.poll_patience});
}

void ConsumerMachine::rest_until(TimePoint when) {
  not_before_ = when;
  go(Phase::pausing, Pause{});
}

void ConsumerMachine::unavailable(TimePoint now) {
  switch (phase_) {
    case Phase::opening:
      // Nothing is assigned before the first poll, so nobody waits for this worker.
      return go(Phase::opening, Nap{backoff()});
    case Phase::polling:
    case Phase::napping:
      return go(Phase::napping, Nap{backoff()});
    case Phase::offsets:  // the next commit covers these
      return std::get<CommitOffsets>(action_).last ? end_batch() : next_item();
    case Phase::pausing:
    case Phase::resting:
    case Phase::resuming:
      not_before_ = std::max(not_before_, now + options_.backoff_first);
      if (items_ == 0) return go(Phase::napping, Nap{backoff()});
      return go(Phase::resting, Rest{options_.poll_patience});
    case Phase::waiting:
    case Phase::attempt_begin:
    case Phase::begin:
    case Phase::admit:
    case Phase::handle:
    case Phase::outbox:
    case Phase::finish:
    case Phase::attempt_end:
      conflicts_ = 0;
      return rest_until(now + backoff());
  }
}

void ConsumerMachine::conflict(TimePoint now) {
  if (++conflicts_ > options_.conflicts_max) return unavailable(now);
  if (phase_ == Phase::attempt_begin || phase_ == Phase::attempt_end) return unavailable(now);
  go(Phase::begin, Begin{});
}

void ConsumerMachine::failed(const std::string& code, TimePoint now) {
  const bool in_transaction = phase_ == Phase::begin || phase_ == Phase::admit ||
                              phase_ == Phase::handle || phase_ == Phase::outbox ||
                              phase_ == Phase::finish;
  if (!in_transaction) return unavailable(now);
  switch (scope_.mode) {
    case Mode::batch:
      return start({.mode = Mode::survey});
    case Mode::rehearse:
      try_error_ = code;
      ending_ = true;
      return go(Phase::attempt_end, EndAttempt{code});
    case Mode::alone:
      try_error_ = code;
      return start({.mode = Mode::rehearse, .item = scope_.item});
    case Mode::survey:
    case Mode::bury:
      return unavailable(now);
  }
}

void ConsumerMachine::poll() { go(Phase::polling, Poll{options_.poll_patience}); }

void ConsumerMachine::end_batch() {
  dropped();
  if (options_.batch_pause.count() > 0 && !was_full_) {
    return go(Phase::napping, Nap{options_.batch_pause});
  }
  poll();
}

Milliseconds ConsumerMachine::backoff() {
  auto pause = options_.backoff_first;
  for (int i = 0; i < failures_ && pause < options_.backoff_max; ++i) pause *= 2;
  pause = std::min(pause, options_.backoff_max);
  ++failures_;
  jitter_ ^= jitter_ << 13U;
  jitter_ ^= jitter_ >> 7U;
  jitter_ ^= jitter_ << 17U;
  const auto half = std::max<std::int64_t>(pause.count() / 2, 1);
  return Milliseconds{half +
                      static_cast<std::int64_t>(jitter_ % static_cast<std::uint64_t>(half + 1))};
}

/// What came after this run had begun cannot have ended the one before. A clock that is wrong costs
/// one more death of the process: then the message is older than the run.
bool ConsumerMachine::suspicious() const {
  if (!cautious_ || oldest_ > opened_at_) return false;
  return std::any_of(partitions_.begin(), partitions_.end(), [this](std::uint32_t partition) {
    const auto proven = proven_.find(partition);
    return proven == proven_.end() || proven->second < options_.cautious_messages;
  });
}

}  // namespace hookswitch::messaging
