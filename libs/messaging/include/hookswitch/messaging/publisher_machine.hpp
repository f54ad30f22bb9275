#pragma once
#include <hookswitch/core/time.hpp>
#include <hookswitch/messaging/ports.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <unordered_map>
#include <variant>
#include <vector>

namespace hookswitch::messaging {

struct PublisherOptions {
  std::size_t unreported_rows_max = 1000;
  std::size_t removal_rows_max =
      1000;  ///< this many published rows are removed without waiting for a batch
  Milliseconds sweep_interval{1000};
  Milliseconds removal_delay{100};
  Milliseconds backoff_first{100};
  Milliseconds backoff_max{5000};
};

/// Which outbox rows to produce, in which order, and when to remove them. Sans I/O: no clock, no
/// thread, no table. One rule carries promise 3: whatever this publisher produces, every earlier
/// row of the same aggregate was produced by it before or was certain to be on the bus. Then the
/// first appearance of an aggregate's events is in commit order, however many publishers there are
/// (old owners that thawed, the worker of the retry topic).
class PublisherMachine {
 public:
  /// Rows to hand to the producer now, in this order, with their tokens; answer with produced().
  struct Produce {
    std::vector<std::pair<std::uint64_t, const OutboxRow*>> rows;
  };
  /// Read rows that this publisher does not know; answer with loaded() or store_failed().
  struct Load {};
  /// Remove these in a transaction of their own; answer with removed() or store_failed().
  struct Remove {
    std::vector<std::int64_t> ids;
  };
  struct Nothing {};
  using Action = std::variant<Nothing, Produce, Load, Remove>;

  explicit PublisherMachine(const PublisherOptions& options) : options_(options) {}

  /// What to do next, now that no transaction is open.
  [[nodiscard]] Action next(TimePoint now);

  /// There may be rows that this publisher does not know (new partitions with what predecessors
  /// left, a commit in doubt): they come before anything from memory.
  void look(TimePoint now);
  /// The partitions are gone: rows in memory are the next owner's. Late reports are ignored.
  void forget();

  /// This worker's transaction has committed these rows, in id order. With strangers in the table,
  /// or a load still under way, they are not published from memory but read from the table with the
  /// rest, in id order.
  void committed(std::vector<OutboxRow> rows, bool strangers);
  /// Of the rows offered by Produce, the first `accepted` were taken. `refused`: the next one never
  /// will be as it is.
  void produced(std::size_t accepted, bool refused, TimePoint now);
  void reported(const Report& report, TimePoint now);
  /// `more`: the page was full.
  void loaded(std::vector<OutboxRow> rows, bool more, TimePoint now);
  void removed(std::span<const std::int64_t> ids);
  void store_failed(TimePoint now);

  /// Published rows, to be removed in the next batch's transaction; they stay known until
  /// removed().
  [[nodiscard]] std::vector<std::int64_t> removable() const;
  /// Every row in memory, ascending.
  [[nodiscard]] std::vector<std::int64_t> known() const;
  [[nodiscard]] bool has_room() const { return unreported() < options_.unreported_rows_max; }
  /// Rows in memory whose delivery is not certain.
  [[nodiscard]] std::size_t unreported() const { return queued_.size() + flying_.size(); }
  [[nodiscard]] std::size_t in_flight() const { return flying_.size(); }
  [[nodiscard]] bool load_due() const { return load_wanted_; }
  /// A row was refused by the producer and blocks those behind it.
  [[nodiscard]] bool blocked() const { return blocked_; }

 private:
  struct Flying {
    std::uint64_t token = 0;
    OutboxRow row;
  };
  void back_off(TimePoint now);

  PublisherOptions options_;
  std::map<std::int64_t, OutboxRow> queued_;  ///< to be produced, in id order
  std::map<std::int64_t, Flying> flying_;     ///< produced, not reported
  std::unordered_map<std::uint64_t, std::int64_t> tokens_;
  std::set<std::int64_t> published_;   ///< certain, not yet removed
  std::vector<std::int64_t> offered_;  ///< the rows of the last Produce
  std::uint64_t last_token_ = 0;
  bool load_wanted_ = false;
  bool draining_ = false;  ///< a report failed: nothing new until all that fly have landed
  bool blocked_ = false;
  int failures_ = 0;
  TimePoint quiet_until_;
  TimePoint next_sweep_;
  std::optional<TimePoint> published_since_;
};

}  // namespace hookswitch::messaging
