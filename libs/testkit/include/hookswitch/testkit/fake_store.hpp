#pragma once
#include <hookswitch/messaging/ports.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace hookswitch::testkit {

/// Another open transaction has the lock: the caller has to try the same call again later, as a
/// session that waits would. Not a std::exception, so nobody takes it for a failure.
struct WouldBlock {};

enum class StoreFault { none, unavailable, conflict, in_doubt_committed, in_doubt_rolled_back };
enum class StoreCall { begin, admit, handle, write_outbox, rehearse, commit, alone };

class FakeStore;

/// A session's open transaction: its writes lie apart until commit. Locks are held to its end.
class FakeTransaction final : public messaging::StoreTransaction {
 public:
  ~FakeTransaction() override;

  /// The handler is told at once: it has no statements here that could wait.
  void foresee(std::span<const events::Envelope* const> envelopes) override;
  std::vector<bool> admit(std::span<const messaging::InboxEntry> entries) override;
  std::vector<messaging::Outcome> handle(std::span<const messaging::Delivery> deliveries,
                                         TimePoint now) override;
  void mark_dead(std::span<const Uuid> ids) override;
  void write_outbox(const messaging::OutboxWrite& write) override;
  void clear_attempt(const events::Position& position) override;
  void rehearse() override;
  messaging::OutboxWritten commit() override;

  // For the handler: a table of texts with row locks. Lock all keys (in order) before the first
  // put().
  /// Waits for the row's lock (WouldBlock, or StoreConflict for a deadlock), then its value, or
  /// nothing.
  std::optional<std::string> get_for_update(const std::string& key);
  void put(const std::string& key, std::string value);
  /// Something that is refused only when it is sent: by rehearse() or commit().
  void put_refused() { refused_ = true; }
  [[nodiscard]] const std::vector<TenantId>& tenants() const { return tenants_; }

 private:
  friend class FakeStore;
  friend class FakeSession;
  struct Session;
  FakeTransaction(
      FakeStore& store, std::vector<TenantId> tenants,
      const std::function<std::unique_ptr<messaging::BatchHandler>(FakeTransaction&)>& handlers);
  StoreFault check(StoreCall call);
  void lock(const std::string& name);

  FakeStore& store_;
  std::vector<TenantId> tenants_;
  const std::function<std::unique_ptr<messaging::BatchHandler>(FakeTransaction&)>& handlers_;
  std::unique_ptr<messaging::BatchHandler> handler_;
  std::shared_ptr<Session> session_;
  std::map<std::string, std::string> values_;
  std::map<Uuid, bool> inbox_;  ///< true: dead
  std::vector<messaging::OutboxRow> rows_;
  messaging::OutboxWritten written_;
  std::vector<std::int64_t> removed_;
  std::vector<events::Position> cleared_;
  std::vector<std::string> locks_;
  bool refused_ = false;
};

/// The database in memory: transactions with row locks, inbox, outbox, attempts, runs. Survives its
/// sessions as a server does. One thread.
class FakeStore {
 public:
  using HandlerFactory = std::function<std::unique_ptr<messaging::BatchHandler>(FakeTransaction&)>;

  explicit FakeStore(const Clock& clock) : clock_(clock) {}
  FakeStore(const FakeStore&) = delete;
  FakeStore& operator=(const FakeStore&) = delete;

  /// A worker's session. `handlers` makes its handler in each transaction.
  [[nodiscard]] std::unique_ptr<messaging::Store> connect(HandlerFactory handlers);

  /// Whose a message without a tenant is; nothing: nobody knows.
  std::function<std::optional<TenantId>(const events::Envelope&)> owner;
  /// Asked before each call; nothing: no faults.
  std::function<StoreFault(StoreCall)> fault;
  /// Called for each committed value, in commit order.
  std::function<void(const std::string& key, const std::string& value)> committed_value;
  /// A transaction that ends without commit or rollback (its machine is cut off) keeps its locks
  /// until the time-out.
  bool leave_open = false;
  Milliseconds idle_in_transaction_timeout{15'000};
  Milliseconds lock_timeout{15'000};
  Milliseconds mark_patience{
      10'000};  ///< another instance's attempt mark is a dead one's after this

  [[nodiscard]] const std::map<std::int64_t, messaging::OutboxRow>& outbox() const {
    return outbox_;
  }
  /// Nothing: never seen; true: dead.
  [[nodiscard]] std::optional<bool> inbox(const Uuid& id) const;
  [[nodiscard]] std::size_t inbox_size() const { return inbox_.size(); }
  [[nodiscard]] std::size_t attempts() const { return attempts_.size(); }
  [[nodiscard]] std::optional<std::string> value(const std::string& key) const;
  [[nodiscard]] const std::map<std::string, std::string>& values() const { return values_; }

 private:
  friend class FakeTransaction;
  friend class FakeSession;
  struct Attempt {
    messaging::AttemptCount count;
    bool trying = false;
    std::string instance;
    std::int64_t run = 0;
    TimePoint since;
  };
  struct Run {
    bool clean = true;
    std::int64_t number = 0;
  };
  struct Seen {
    bool dead = false;
    TimePoint at;
  };
  StoreFault drawn(StoreCall call) const { return fault ? fault(call) : StoreFault::none; }

  const Clock& clock_;
  std::map<std::string, std::string> values_;
  std::unordered_map<Uuid, Seen> inbox_;
  std::map<std::int64_t, messaging::OutboxRow> outbox_;
  std::map<std::int64_t, TimePoint> written_at_;
  std::map<events::Position, Attempt> attempts_;
  std::map<std::string, Run> runs_;
  std::unordered_map<std::string, std::shared_ptr<FakeTransaction::Session>> locks_;
  std::int64_t last_row_ = 0;
};

}  // namespace hookswitch::testkit
