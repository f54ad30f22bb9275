#pragma once
#include <hookswitch/core/fault_port.hpp>
#include <hookswitch/core/time.hpp>
#include <hookswitch/messaging/ports.hpp>
#include <hookswitch/messaging/publisher_machine.hpp>

#include <memory>
#include <string>

namespace hookswitch::messaging {

/// The right to publish the rows of an outbox that no input partition's owner publishes: one
/// process at a time has it (design.md §5.5). Each function may throw StoreUnavailable, and
/// StoreError.
class PublishingTurn {
 public:
  virtual ~PublishingTurn() = default;
  /// False when another process has it.
  virtual bool take() = 0;
  /// Says that it is still wanted. Throws StoreUnavailable when it is lost.
  virtual void keep() = 0;
  virtual void give_back() = 0;
};

struct OutboxPublisherOptions {
  std::string service;   ///< prefix of the named steps
  InputPartition input;  ///< what the rows carry instead of a partition: {"directory", 0}
  PublisherOptions publisher;
  std::size_t page_bytes_max = std::size_t{16} * 1024 * 1024;
  Milliseconds report_patience{50};
  Milliseconds keep_interval{1000};
};

/// Publishes the outbox of a service whose changes come over HTTP: what was committed goes out in
/// id order, and is removed once it is certain to be on the bus; what a crash left behind is found
/// by the first turn. Carries out what PublisherMachine says. Made and stepped by one thread.
class OutboxPublisher {
 public:
  /// The references outlive it.
  OutboxPublisher(OutboxPublisherOptions options, Store& store, BusProducer& producer,
                  PublishingTurn& turn, const Clock& timer, FaultPort& faults);

  /// There may be new rows: the next step looks, whenever the last one did.
  void look();
  /// One step; waits for the bus at most `report_patience`. False when there is nothing to do until
  /// look() or the next sweep. Throws no std::exception: a part that is away is tried again, and so
  /// is what fails.
  bool step();
  /// Why the last step could not go on; empty when it could.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }
  [[nodiscard]] bool in_turn() const { return has_turn_; }

 private:
  bool begin_turn();
  void end_turn();
  bool work();
  void take_reports(Milliseconds patience);
  void perform(const PublisherMachine::Produce& action);
  void perform(const PublisherMachine::Load& action);
  void perform(const PublisherMachine::Remove& action);
  void lose_turn(const std::exception& error);
  void reached(const char* step);
  [[nodiscard]] TimePoint now() const { return timer_.now(); }

  OutboxPublisherOptions options_;
  Store& store_;
  BusProducer& producer_;
  PublishingTurn& turn_;
  const Clock& timer_;
  FaultPort& faults_;
  PublisherMachine machine_;
  bool has_turn_ = false;
  bool look_wanted_ = true;
  TimePoint next_sweep_;
  TimePoint next_keep_;
  TimePoint not_before_;
  std::string trouble_;
};

}  // namespace hookswitch::messaging
