#pragma once
#include <hookswitch/core/strong_id.hpp>
#include <hookswitch/core/time.hpp>
#include <hookswitch/core/uuid.hpp>
#include <hookswitch/events/record.hpp>
#include <hookswitch/messaging/handler.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

/// What the worker needs of the world. The adapters carry it out on Postgres and Kafka, the test
/// kit in memory; both pass the same conformance suite. All of it is used by one thread.
namespace hookswitch::messaging {

/// The database is away, or a commit's outcome is unknown: roll back, pause, try again. Never a
/// message's fault.
class StoreUnavailable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
/// The database asks for the same transaction once more (serialization failure, deadlock).
class StoreConflict : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
/// The database refused a statement. `code` is free of values ("sqlstate 23514").
class StoreError : public std::runtime_error {
 public:
  explicit StoreError(std::string code) : std::runtime_error(code), code_(std::move(code)) {}
  [[nodiscard]] const std::string& code() const { return code_; }

 private:
  std::string code_;
};
/// Kafka is away.
class BusUnavailable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
/// The consumer cannot go on, ever: the process ends.
class BusFatal : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct InboxEntry {
  Uuid id;
  bool replayed = false;  ///< came through the retry topic: a dead one may come to life, once
  friend bool operator==(const InboxEntry&, const InboxEntry&) = default;
};

struct OutboxRow {
  std::int64_t id = 0;  ///< commit order for each aggregate; 0 before it is stored
  InputPartition input;
  events::OutboundRecord record;
};

/// What a transaction ends with.
struct OutboxWrite {
  std::vector<OutboxRow> rows;          ///< ids are given in this order
  std::vector<std::int64_t> published;  ///< rows to remove: their delivery is certain
  std::vector<std::int64_t> known;  ///< rows this worker has in memory (those of `published` too)
  std::vector<InputPartition>
      watched;  ///< where unknown rows matter: the partitions that `rows` publish for
};
struct OutboxWritten {
  std::vector<std::int64_t> ids;  ///< of `rows`, in their order
  bool strangers = false;  ///< a watched partition has rows that are neither known nor just written
};

/// The count of one message's tries alone.
struct AttemptCount {
  int failed = 0;   ///< tries that threw
  int crashes = 0;  ///< tries in which the process ended
  TimePoint first_at;
  std::string error_code;  ///< of the last try that threw
  friend bool operator==(const AttemptCount&, const AttemptCount&) = default;
};

struct OutboxBacklog {
  std::int64_t rows = 0;
  double oldest_age_s = 0;
};

/// One transaction; rolled back unless committed. Every function may throw StoreUnavailable,
/// StoreConflict, StoreError: also for what an earlier one has left to be done with it.
class StoreTransaction {
 public:
  virtual ~StoreTransaction() = default;

  /// What admit() will be asked about, as far as it could be read: the handler may ask along. The
  /// envelopes outlive admit().
  virtual void foresee(std::span<const events::Envelope* const> /*envelopes*/) {}
  /// Records the ids (all different) as seen; true where the message is to be handled now: an
  /// unknown id, or a dead one that is replayed. Takes the ids' locks in the order of the ids.
  virtual std::vector<bool> admit(std::span<const InboxEntry> entries) = 0;
  /// The service's handler, inside this transaction. Also throws whatever the handler throws.
  virtual std::vector<Outcome> handle(std::span<const Delivery> deliveries, TimePoint now) = 0;
  /// Admitted ids whose messages are dead letters now.
  virtual void mark_dead(std::span<const Uuid> ids) = 0;
  /// At most once.
  virtual void write_outbox(const OutboxWrite& write) = 0;
  /// The message is done with: its count is not needed any more.
  virtual void clear_attempt(const events::Position& position) = 0;
  /// All that was asked for is done, or known to be impossible: for who does not commit.
  virtual void rehearse() = 0;
  /// What became of write_outbox().
  virtual OutboxWritten commit() = 0;
};

/// The database. Functions other than begin() are transactions of their own. Each may throw
/// StoreUnavailable or StoreError.
class Store {
 public:
  virtual ~Store() = default;

  /// Whose messages are that name no tenant, as far as the service knows: one answer for each.
  /// Asked before begin(), so that the transaction can have those tenants too.
  virtual std::vector<std::optional<TenantId>> owners(
      std::span<const events::Envelope* const> tenantless) {
    return std::vector<std::optional<TenantId>>(tenantless.size());
  }

  virtual std::unique_ptr<StoreTransaction> begin(std::span<const TenantId> tenants) = 0;

  /// Commits "this run has this message alone in work". A mark that is there already means that the
  /// process that set it ended with the message in work, which is counted as a crash, when it was
  /// set by an earlier run of the same instance, or by another instance longer ago than a session
  /// time-out (10 s: a fresh one may be a thawed zombie's, which lives).
  virtual AttemptCount begin_attempt(const events::Position& position, TimePoint now) = 0;
  /// Takes the mark back; a failed try gives its error code and is counted.
  virtual AttemptCount end_attempt(const events::Position& position,
                                   const std::optional<std::string>& error_code, TimePoint now) = 0;

  /// The lowest unpublished rows of these partitions in id order, without those known; at most
  /// `rows_max`, and at most `bytes_max` of values (but at least one row).
  virtual std::vector<OutboxRow> load_outbox(std::span<const InputPartition> partitions,
                                             std::span<const std::int64_t> known,
                                             std::size_t rows_max, std::size_t bytes_max) = 0;
  /// Rows that are gone already are no error.
  virtual void remove_outbox(std::span<const std::int64_t> ids) = 0;
  virtual OutboxBacklog outbox_backlog() = 0;

  /// Begins a run of this instance; to be called before begin_attempt(). False when the last run
  /// did not end with close_run().
  virtual bool open_run(const std::string& instance, TimePoint now) = 0;
  /// Ends the run that this store opened; a later run of the same instance stays as it is.
  virtual void close_run(const std::string& instance, TimePoint now) = 0;
  /// Forgets ids seen more than `days` ago, at most `rows_max`, and attempts as old; how many ids.
  virtual std::size_t prune_inbox(int days, std::size_t rows_max) = 0;
};

/// The next offset to read.
struct NextOffset {
  InputPartition partition;
  std::int64_t offset = 0;
  friend auto operator<=>(const NextOffset&, const NextOffset&) = default;
};

/// Called inside BusConsumer::poll(); on_revoked() also inside its destructor.
class RebalanceListener {
 public:
  virtual ~RebalanceListener() = default;
  virtual void on_assigned(const std::vector<InputPartition>& partitions) = 0;
  /// `lost`: another member may have them already.
  virtual void on_revoked(const std::vector<InputPartition>& partitions, bool lost) = 0;
};

/// A member of a consumer group, reading the worker's topics. Leaves the group when destroyed.
class BusConsumer {
 public:
  virtual ~BusConsumer() = default;
  /// One record, or nothing within `patience` (0: what is already there). Throws BusUnavailable,
  /// BusFatal.
  virtual std::optional<events::InboundRecord> poll(Milliseconds patience) = 0;
  /// Does not throw: what goes wrong is on the log, and a later commit covers it.
  virtual void commit_async(std::span<const NextOffset> next) = 0;
  /// Throws BusUnavailable.
  virtual void commit_sync(std::span<const NextOffset> next) = 0;
  virtual void pause(std::span<const InputPartition> partitions) = 0;
  virtual void resume(std::span<const InputPartition> partitions) = 0;
  /// High watermark minus position, without a request.
  virtual std::vector<NextOffset> lag() = 0;
  /// This member goes for good, and the others may have its partitions at once. Nothing but its
  /// destruction may follow.
  virtual void leave() = 0;
};

enum class Enqueued { accepted, full, refused };
enum class Reported { durable, not_sent, in_doubt };
struct Report {
  std::uint64_t token = 0;
  Reported reported = Reported::durable;
};

/// Idempotent and in order for each partition: when a record of a partition is not sent, none
/// behind it is (librdkafka's idempotent producer with message.timeout.ms 0).
class BusProducer {
 public:
  virtual ~BusProducer() = default;
  /// Never blocks. `full` also while a failure waits to be taken from reports(): a record accepted
  /// then would overtake those that failed. `refused`: too large, or the topic does not exist.
  virtual Enqueued produce(const events::OutboundRecord& record, std::uint64_t token) = 0;
  /// What has been reported since the last call; waits up to `patience` for the first.
  virtual std::vector<Report> reports(Milliseconds patience) = 0;
  [[nodiscard]] virtual bool reachable() const = 0;
};

}  // namespace hookswitch::messaging
