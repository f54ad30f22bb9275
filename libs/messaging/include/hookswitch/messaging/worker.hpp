#pragma once
#include <hookswitch/core/fault_port.hpp>
#include <hookswitch/core/time.hpp>
#include <hookswitch/messaging/batch.hpp>
#include <hookswitch/messaging/consumer_machine.hpp>
#include <hookswitch/messaging/ports.hpp>
#include <hookswitch/messaging/probe.hpp>
#include <hookswitch/messaging/publisher_machine.hpp>
#include <hookswitch/messaging/worker_options.hpp>

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <vector>

namespace hookswitch::messaging {

/// What a worker is made of. The references outlive it.
struct WorkerParts {
  std::unique_ptr<Store> store;
  std::unique_ptr<BusProducer> producer;
  /// Called once, by the worker's constructor; does not wait for the bus.
  std::function<std::unique_ptr<BusConsumer>(RebalanceListener&)> join;
  const Clock& clock;  ///< what time it is, for handlers and tables
  const Clock& timer;  ///< how long something takes; never goes back (MonotonicClock)
  FaultPort& faults;
  const MessagingProbe& probe;
  WorkerEvents events;
  /// Waits so long, or until the worker is to stop.
  std::function<void(Milliseconds)> sleep;
};

/// One consumer of the group with its connection and its producer: carries out what the two
/// machines say (design.md §5.3 to §5.6). Made, stepped and destroyed by one thread. Destroying it
/// without finish() is what a crash leaves behind.
///
/// Exceptions of the ports and of the handler must derive from std::exception; anything else (a
/// simulated crash) leaves step() with the worker's state as it was, and the same action is carried
/// out again by the next step().
class ConsumerWorker final : private RebalanceListener {
 public:
  ConsumerWorker(WorkerOptions options, WorkerParts parts);
  ~ConsumerWorker() override;
  ConsumerWorker(const ConsumerWorker&) = delete;
  ConsumerWorker& operator=(const ConsumerWorker&) = delete;

  /// One action of one machine. Throws BusFatal only.
  void step();
  /// Ends the transaction in hand, waits (bounded) for reports, removes what is published, commits
  /// offsets, marks the run as clean, leaves the group.
  void finish();
  /// Why run() has come back. consumer_lost: Kafka takes nothing from this member any more; a new
  /// worker may join in its place. failed: this worker must not be tried again.
  enum class End { stopped, consumer_lost, failed };
  /// step() until `stop`, then finish(). Anything but `stopped` is logged.
  End run(const std::stop_token& stop);

  /// Nothing in hand and nothing unpublished in memory: for tests.
  [[nodiscard]] bool quiet() const;
  [[nodiscard]] const std::set<InputPartition>& owned() const { return owned_; }
  /// A message's mark is set: a kill now counts as that message's doing.
  [[nodiscard]] bool marking() const {
    return machine_.marked_item().has_value() || !left_marks_.empty();
  }

 private:
  using Outcome = ConsumerMachine::Outcome;
  void on_assigned(const std::vector<InputPartition>& partitions) override;
  void on_revoked(const std::vector<InputPartition>& partitions, bool lost) override;

  Outcome perform(const ConsumerMachine::OpenRun& action);
  Outcome perform(const ConsumerMachine::Poll& action);
  Outcome perform(const ConsumerMachine::Begin& action);
  Outcome perform(const ConsumerMachine::Admit& action);
  Outcome perform(const ConsumerMachine::Handle& action);
  Outcome perform(const ConsumerMachine::WriteOutbox& action);
  Outcome perform(const ConsumerMachine::Commit& action);
  Outcome perform(const ConsumerMachine::Rollback& action);
  Outcome perform(const ConsumerMachine::BeginAttempt& action);
  Outcome perform(const ConsumerMachine::EndAttempt& action);
  Outcome perform(const ConsumerMachine::CommitOffsets& action);
  Outcome perform(const ConsumerMachine::AwaitReports& action);
  Outcome perform(const ConsumerMachine::Pause& action);
  Outcome perform(const ConsumerMachine::Rest& action);
  Outcome perform(const ConsumerMachine::Resume& action);
  Outcome perform(const ConsumerMachine::Nap& action);

  /// One action of the publisher; false when it has nothing to do.
  bool publish_step();
  void produce(const PublisherMachine::Produce& action);
  void load();
  void remove(const std::vector<std::int64_t>& ids);
  void take_reports(Milliseconds patience);
  /// What can still be done in a short while: reports, removals, marks, offsets.
  void settle();
  void hand_over(bool lost);
  void leave();
  void housekeeping();
  void take_back_marks();
  [[nodiscard]] std::vector<NextOffset> next_offsets() const;
  void commit_offsets_when_due();
  void commit_offsets_again();
  void count_committed();
  void store_away(const std::exception& error);
  void store_back();
  void abandon();
  void kafka_state();
  void reached(const std::string& step);
  [[nodiscard]] std::vector<InputPartition> owned_list() const {
    return {owned_.begin(), owned_.end()};
  }
  [[nodiscard]] TimePoint now() const { return parts_.timer.now(); }
  [[nodiscard]] TimePoint wall_time() const { return parts_.clock.now(); }

  /// The names of the steps, made once.
  struct Steps {
    explicit Steps(const std::string& service);
    std::string polled, begun, inbox, business, outbox, before_commit, after_commit, produced,
        reported, removed, offsets_committed, revoking, recovering, attempt_recorded;
  };

  WorkerOptions options_;
  WorkerParts parts_;
  Steps steps_;
  ConsumerMachine machine_;
  PublisherMachine publisher_;
  std::unique_ptr<BusConsumer> consumer_;
  Batch batch_;                                  // its records must go before the consumer
  std::vector<events::Position> left_marks_;     ///< of messages that were taken away while marked
  std::vector<events::InboundRecord> overflow_;  ///< came although paused; taken by the next poll
  std::set<InputPartition> owned_;
  std::map<InputPartition, std::int64_t> next_;  ///< offsets to commit, or committed
  bool offsets_held_back_ = false;               ///< of batches since the last commit
  bool offsets_unsure_ = false;                  ///< nobody has said that they arrived
  bool unpause_ = false;
  bool run_open_ = false;
  bool leaving_ = false;  ///< consumer_ is being destroyed, or is gone
  // The transaction in hand.
  std::unique_ptr<StoreTransaction> transaction_;
  std::vector<OutboxRow> written_;
  std::vector<std::int64_t> removing_;
  TimePoint transaction_began_;
  TimePoint batch_began_;
  TimePoint last_batch_;
  TimePoint offsets_due_;
  TimePoint next_housekeeping_;
  TimePoint next_prune_;
  std::optional<TimePoint> publish_began_;
  bool store_away_ = false;
  bool kafka_away_ = false;
  std::unordered_map<std::string, telemetry::Counter> outcome_counters_;
  std::map<InputPartition, telemetry::Gauge> lag_gauges_;
};

}  // namespace hookswitch::messaging
