#pragma once
#include "model_service.hpp"
#include "random.hpp"

#include <hookswitch/core/fault_port.hpp>
#include <hookswitch/messaging/worker.hpp>
#include <hookswitch/testkit/fake_bus.hpp>
#include <hookswitch/testkit/fake_store.hpp>
#include <hookswitch/testkit/manual_clock.hpp>

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace hookswitch::simulation {

/// What was promised and not kept; the text says what was seen.
struct Violation {
  std::string what;
};

/// How much goes wrong in one run; drawn from the seed.
struct Plan {
  std::size_t workers = 1;
  std::size_t keys = 1;
  std::size_t messages = 10;
  int faults = 0;        ///< crashes, freezes, rebalances, broken commits … before it calms down
  unsigned repeats = 0;  ///< percent of messages delivered again
  unsigned poison = 0;   ///< percent of messages
  unsigned slow_reports = 0;  ///< percent of looks that find records still in flight
};

/// A few workers of the model service on one fake bus and one fake database, everything drawn from
/// one seed.
class World final : private FaultPort {
 public:
  World(std::uint64_t seed, const messaging::MessagingProbe& probe, bool verbose);
  /// The whole run. Throws Violation.
  void run();

 private:
  struct Slot {
    std::string id;
    std::unique_ptr<messaging::ConsumerWorker> worker;
    TimePoint asleep_until;  ///< frozen, or not started again yet
    bool frozen = false;
    bool stopping = false;  ///< in order, as soon as it has nothing in hand
  };

  void reached(std::string_view step) override;

  void publish_some();
  void tick();
  void advance();
  void start(Slot& slot);
  void crash(Slot& slot);
  void stop(Slot& slot);
  void step(Slot& slot);
  void misfortune();
  void run_until_published();
  void come_to_rest(const char* when);
  [[nodiscard]] bool at_rest() const;
  void calm_down();
  void replay_dead_letters();
  void append(std::size_t message, Kind kind);
  void remember_id(const events::Position& position, const Uuid& id);

  testkit::StoreFault store_fault(testkit::StoreCall call);
  testkit::Landing landing(std::size_t in_flight, bool closing);
  void check_committing(const messaging::NextOffset& next);

  // Checks, at rest.
  void check_dead_letters();
  void check_effects(bool all);
  void check_events();
  [[nodiscard]] std::string say_where() const;
  void trace(const std::string& what) const;

  Random random_;
  const messaging::MessagingProbe& probe_;
  bool verbose_;
  Plan plan_;
  testkit::ManualClock clock_;
  ModelService service_;
  testkit::FakeStore store_;
  testkit::FakeBus bus_;
  std::vector<Slot> slots_;
  Slot* stepping_ = nullptr;

  std::vector<Kind> kinds_;            ///< of each message
  std::vector<std::string> keys_;      ///< of each message
  std::vector<std::size_t> schedule_;  ///< deliveries to come, repeats among them
  std::size_t published_ = 0;
  std::set<std::size_t> published_messages_;
  std::map<messaging::InputPartition, std::vector<Uuid>> ids_;  ///< by offset
  std::map<messaging::InputPartition, std::int64_t>
      checked_;  ///< offsets known to be handled below
  int faults_left_ = 0;
  std::int64_t steps_to_crash_ = 0;
  bool mark_hit_ =
      false;  ///< killed or frozen while a message was marked: once a run, as two convict it
  TimePoint store_away_until_;
  TimePoint last_heartbeat_;
};

}  // namespace hookswitch::simulation
