#pragma once
#include "adapters/directory_database.hpp"
#include "adapters/forgetting.hpp"
#include "adapters/unresolved_probe.hpp"
#include "adapters/unresolved_queue_postgres.hpp"

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

namespace hookswitch::directory {

/// Gives waiting webhooks to their owners, after they have come and after each change of what they
/// wait for: portion by portion, each in a transaction of its own under the writers' lock, so that
/// nobody waits long for it and a crash leaves the portions that are left
/// (docs/decisions/0045). Of a portion that fails each is looked at alone, and which fails then
/// keeps none of the others waiting (docs/decisions/0055). What is over is forgotten by the way. A
/// thread and a connection of its own. start() and stop() fit a runtime::Part.
class GiveBackThread {
 public:
  /// `database` is called on the thread. The references outlive this.
  GiveBackThread(std::function<std::unique_ptr<DirectoryDatabase>()> database,
                 const UnresolvedProbe& probe, const Clock& clock, FaultPort& faults);
  /// Stops, if nobody has.
  ~GiveBackThread();
  GiveBackThread(const GiveBackThread&) = delete;
  GiveBackThread& operator=(const GiveBackThread&) = delete;

  void start();
  /// Ends the portion in hand. What is left is the next start's.
  void stop();
  /// Something has been committed. Thread safe, does not wait.
  void nudge();

 private:
  void run(const std::stop_token& stop);
  /// How long to rest afterwards; 0: there may be more to do.
  Milliseconds turn(DirectoryDatabase& database);
  Milliseconds show_or_wait(DirectoryDatabase& database, const std::optional<TimePoint>& next_try);
  void look(DirectoryDatabase& database,
            const std::function<Portion(postgres::Transaction&, TimePoint now)>& choose);
  void isolate(DirectoryDatabase& database, const Portion& portion, const std::string& cause);
  void complain_of(const std::exception& error);
  void show(DirectoryDatabase& database);
  void rest(Milliseconds pause, const std::stop_token& stop);

  const std::function<std::unique_ptr<DirectoryDatabase>()> make_database_;
  const UnresolvedProbe& probe_;
  const Clock& clock_;
  const MonotonicClock timer_;
  FaultPort& faults_;
  std::mutex mutex_;
  std::condition_variable_any woken_;
  bool nudged_ = false;
  // The thread's own.
  Forgetting forgetting_;
  TimePoint next_show_{};
  bool changed_ = true;
  bool begun_ = false;
  bool away_ = false;
  std::size_t alone_ = 0;  ///< so many of a portion that has failed are to be looked at alone
  std::jthread thread_;
};

}  // namespace hookswitch::directory
