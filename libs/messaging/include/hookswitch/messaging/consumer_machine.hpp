#pragma once
#include <hookswitch/core/time.hpp>
#include <hookswitch/messaging/ports.hpp>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

namespace hookswitch::messaging {

struct ConsumerOptions {
  std::size_t batch_messages = 500;
  std::size_t cautious_messages = 200;
  Milliseconds batch_pause{0};
  int attempts_max = 3;
  int crashes_max = 2;
  int conflicts_max = 5;
  Milliseconds poll_patience{250};
  Milliseconds backoff_first{100};
  Milliseconds backoff_max{5000};
  std::uint64_t jitter_seed = 1;
};

/// What part of the batch a transaction is about.
struct Scope {
  enum class Mode {
    batch,     ///< all of it, to be committed
    survey,    ///< all of it, only to learn which messages are new; rolled back
    rehearse,  ///< one message, everything, rolled back: does it throw, or end the process?
    alone,     ///< one message, to be committed
    bury,      ///< one message: dead letter
  };
  Mode mode = Mode::batch;
  std::size_t item = 0;  ///< for rehearse, alone, bury
  std::string reason;    ///< bury: "failed" or "crashed"
  AttemptCount count;    ///< bury: why
  [[nodiscard]] bool whole() const { return mode == Mode::batch || mode == Mode::survey; }
  [[nodiscard]] bool rolls_back() const { return mode == Mode::survey || mode == Mode::rehearse; }
};

/// What the consumer does next: one batch at a time, each in one transaction; when that throws,
/// each message on its own. Sans I/O: resume() takes what came of the last action and gives the
/// next one. Why a rehearsal: a message alone in work is marked in the database before, so that a
/// message that ends the process is found out; the mark must cover as little as possible besides
/// the message's own doing, or a kill at the wrong moment would convict an innocent one. So the
/// mark is set only while the message is handled and rolled back, and taken away before the
/// transaction that counts.
class ConsumerMachine {
 public:
  // Actions.
  struct OpenRun {};
  struct Poll {  ///< collect a batch: wait this long for the first record, take what is there after
                 ///< it
    Milliseconds patience;
  };
  struct Begin {};  // these six are about scope()
  struct Admit {};
  struct Handle {};
  struct WriteOutbox {};
  struct Commit {};
  struct Rollback {};
  struct BeginAttempt {};
  struct EndAttempt {
    std::optional<std::string> error_code;
  };
  struct CommitOffsets {  ///< of the batch's first `items` records
    std::size_t items;
    bool last;  ///< and the batch is done with
  };
  struct AwaitReports {
    Milliseconds patience;
  };
  struct Pause {};  ///< the owned partitions, so that polling only keeps the membership
  struct Rest {     ///< poll while paused
    Milliseconds patience;
  };
  struct Resume {};
  struct Nap {
    Milliseconds duration;
  };
  using Action =
      std::variant<OpenRun, Poll, Begin, Admit, Handle, WriteOutbox, Commit, Rollback, BeginAttempt,
                   EndAttempt, CommitOffsets, AwaitReports, Pause, Rest, Resume, Nap>;

  // Outcomes.
  struct Done {};
  struct RunOpened {
    bool previous_clean;
    TimePoint at;  ///< by the clock that records' time stamps go by
  };
  struct Polled {
    /// Of each record of the batch, as small numbers of the driver's.
    std::vector<std::uint32_t> partitions;
    TimePoint oldest = {};  ///< of the records, by their time stamps
  };
  struct Admitted {
    std::vector<std::size_t> items;  ///< those of the scope that are new
  };
  struct Attempted {
    AttemptCount count;
  };
  struct Unavailable {};
  struct Conflict {};
  struct Failed {
    std::string error_code;  ///< free of values
  };
  using Outcome =
      std::variant<Done, RunOpened, Polled, Admitted, Attempted, Unavailable, Conflict, Failed>;

  explicit ConsumerMachine(const ConsumerOptions& options);

  /// The action to carry out now; the same until resume().
  [[nodiscard]] const Action& action() const { return action_; }
  [[nodiscard]] const Scope& scope() const { return scope_; }
  /// What came of action(). `room`: the publisher takes more rows.
  void resume(const Outcome& outcome, TimePoint now, bool room);
  /// The partitions have gone (inside a poll): the batch is dropped.
  void dropped();
  /// No transaction is open and no attempt mark is set: a good place to stop, to publish, to sweep.
  [[nodiscard]] bool between_transactions() const;
  /// A batch is in hand.
  [[nodiscard]] bool working() const { return items_ > 0; }
  /// The item whose attempt mark may be set in the database.
  [[nodiscard]] std::optional<std::size_t> marked_item() const;

 private:
  enum class Phase {
    opening,
    polling,
    waiting,
    attempt_begin,
    begin,
    admit,
    handle,
    outbox,
    finish,
    attempt_end,
    offsets,
    pausing,
    resting,
    resuming,
    napping
  };

  void go(Phase phase, Action action);
  void done(const Outcome& outcome, TimePoint now, bool room);
  void polled(const Polled& polled, bool room);
  void start(Scope scope);
  void start_scope();
  void admitted(const Admitted& admitted);
  void finished();
  void attempt_begun(const AttemptCount& count);
  void attempt_ended(const AttemptCount& count, TimePoint now);
  void start_after_the_others();
  void next_item();
  void rested(TimePoint now, bool room);
  void rest_until(TimePoint when);
  void unavailable(TimePoint now);
  void conflict(TimePoint now);
  void failed(const std::string& code, TimePoint now);
  void poll();
  void end_batch();
  [[nodiscard]] Milliseconds backoff();
  [[nodiscard]] bool suspicious() const;

  ConsumerOptions options_;
  Phase phase_ = Phase::opening;
  Action action_ = OpenRun{};
  Scope scope_;
  std::size_t items_ = 0;
  std::vector<std::uint32_t> partitions_;
  std::vector<std::size_t>
      todo_;  ///< isolated: items still to do, the current one first (front at todo_at_)
  std::size_t todo_at_ = 0;
  std::set<std::size_t>
      put_off_;  ///< items that wait for the others, because a process died with them
  bool putting_off_ = false;
  bool marked_ = false;                   ///< an attempt mark may be set for the current item
  bool ending_ = false;                   ///< the mark is to be taken back before anything else
  std::optional<std::string> try_error_;  ///< what the current try threw
  bool was_full_ = false;
  bool cautious_ = false;
  TimePoint opened_at_;
  TimePoint oldest_;                                       ///< record of the batch
  std::unordered_map<std::uint32_t, std::size_t> proven_;  ///< new messages handled, by partition
  int failures_ = 0;
  int conflicts_ = 0;
  TimePoint not_before_;
  std::uint64_t jitter_;
};

}  // namespace hookswitch::messaging
