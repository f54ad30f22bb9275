#include <hookswitch/testkit/fake_store.hpp>

#include <algorithm>
#include <utility>

namespace hookswitch::testkit {

using messaging::AttemptCount;
using messaging::OutboxRow;
using messaging::StoreConflict;
using messaging::StoreUnavailable;

struct FakeTransaction::Session {
  bool open = true;
  TimePoint last_active;
  std::optional<TimePoint> waiting_since;
  std::shared_ptr<Session> waits_for;

  /// Its locks still hold.
  [[nodiscard]] bool alive(TimePoint now, Milliseconds timeout) const {
    return open && now - last_active <= timeout;
  }
};

FakeTransaction::FakeTransaction(
    FakeStore& store, std::vector<TenantId> tenants,
    const std::function<std::unique_ptr<messaging::BatchHandler>(FakeTransaction&)>& handlers)
    : store_(store),
      tenants_(std::move(tenants)),
      handlers_(handlers),
      session_(std::make_shared<Session>()) {
  session_->last_active = store_.clock_.now();
}

FakeTransaction::~FakeTransaction() {
  if (store_.leave_open) return;  // the server has not noticed yet
  session_->open = false;
  for (const auto& name : locks_) {
    const auto held = store_.locks_.find(name);
    if (held != store_.locks_.end() && held->second == session_) store_.locks_.erase(held);
  }
}

StoreFault FakeTransaction::check(StoreCall call) {
  const auto now = store_.clock_.now();
  if (!session_->alive(now, store_.idle_in_transaction_timeout)) {
    session_->open = false;
    throw StoreUnavailable("the session was ended: idle in transaction");
  }
  session_->last_active = now;
  const auto fault = store_.drawn(call);
  switch (fault) {
    case StoreFault::unavailable:
      session_->open = false;
      throw StoreUnavailable("injected");
    case StoreFault::conflict:
      session_->open = false;
      throw StoreConflict("injected");
    case StoreFault::none:
    case StoreFault::in_doubt_committed:
    case StoreFault::in_doubt_rolled_back:
      break;
  }
  return fault;
}

void FakeTransaction::lock(const std::string& name) {
  const auto now = store_.clock_.now();
  auto& holder = store_.locks_[name];
  if (holder == session_) return;
  if (!holder || !holder->alive(now, store_.idle_in_transaction_timeout)) {
    if (holder) holder->open = false;
    holder = session_;
    locks_.push_back(name);
    session_->waiting_since.reset();
    session_->waits_for.reset();
    return;
  }
  for (auto other = holder; other; other = other->waits_for) {
    if (other == session_) {
      session_->open = false;
      session_->waits_for.reset();
      throw StoreConflict("deadlock detected");
    }
  }
  if (!session_->waiting_since) session_->waiting_since = now;
  session_->waits_for = holder;
  if (now - *session_->waiting_since >= store_.lock_timeout) {
    session_->open = false;
    session_->waits_for.reset();
    throw StoreUnavailable("lock timeout");
  }
  throw WouldBlock{};
}

void FakeTransaction::foresee(std::span<const events::Envelope* const> envelopes) {
  if (envelopes.empty()) return;
  if (!handler_) handler_ = handlers_(*this);
  handler_->foresee(envelopes);
}

std::vector<bool> FakeTransaction::admit(std::span<const messaging::InboxEntry> entries) {
  check(StoreCall::admit);
  std::vector<const messaging::InboxEntry*> sorted;
  for (const auto& entry : entries) sorted.push_back(&entry);
  std::sort(sorted.begin(), sorted.end(),
            [](const auto* left, const auto* right) { return left->id < right->id; });
  for (const auto* entry : sorted) {
    const auto& bytes = entry->id.bytes;
    std::string name("inbox/");
    name.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    lock(name);
  }
  std::vector<bool> flags;
  for (const auto& entry : entries) {
    const auto seen = store_.inbox_.find(entry.id);
    const bool fresh = seen == store_.inbox_.end() || (entry.replayed && seen->second.dead);
    if (fresh) inbox_[entry.id] = false;
    flags.push_back(fresh);
  }
  return flags;
}

std::vector<messaging::Outcome> FakeTransaction::handle(
    std::span<const messaging::Delivery> deliveries, TimePoint now) {
  check(StoreCall::handle);
  if (!handler_) handler_ = handlers_(*this);
  const auto handler = std::move(handler_);
  return handler->handle(deliveries, now);
}

void FakeTransaction::mark_dead(std::span<const Uuid> ids) {
  for (const auto& id : ids) inbox_[id] = true;
}

void FakeTransaction::write_outbox(const messaging::OutboxWrite& write) {
  check(StoreCall::write_outbox);
  const std::set<std::int64_t> known(write.known.begin(), write.known.end());
  written_.strangers =
      std::any_of(store_.outbox_.begin(), store_.outbox_.end(), [&](const auto& row) {
        return !known.contains(row.first) && std::find(write.watched.begin(), write.watched.end(),
                                                       row.second.input) != write.watched.end();
      });
  for (const auto& row : write.rows) {
    rows_.push_back(row);
    rows_.back().id = ++store_.last_row_;
    written_.ids.push_back(rows_.back().id);
  }
  removed_.insert(removed_.end(), write.published.begin(), write.published.end());
}

void FakeTransaction::clear_attempt(const events::Position& position) {
  cleared_.push_back(position);
}

void FakeTransaction::rehearse() {
  check(StoreCall::rehearse);
  if (refused_) throw messaging::StoreError("sqlstate 23514");
}

messaging::OutboxWritten FakeTransaction::commit() {
  const auto fault = check(StoreCall::commit);
  if (refused_) throw messaging::StoreError("sqlstate 23514");
  session_->open = false;
  if (fault == StoreFault::in_doubt_rolled_back) throw StoreUnavailable("commit in doubt");
  const auto now = store_.clock_.now();
  for (auto& [key, value] : values_) {
    if (store_.committed_value) store_.committed_value(key, value);
    store_.values_[key] = std::move(value);
  }
  for (const auto& [id, dead] : inbox_) store_.inbox_[id] = {dead, now};
  for (auto& row : rows_) {
    store_.written_at_.emplace(row.id, now);
    store_.outbox_.emplace(row.id, std::move(row));
  }
  for (const auto id : removed_) {
    store_.outbox_.erase(id);
    store_.written_at_.erase(id);
  }
  for (const auto& position : cleared_) store_.attempts_.erase(position);
  for (const auto& name : locks_) {
    const auto held = store_.locks_.find(name);
    if (held != store_.locks_.end() && held->second == session_) store_.locks_.erase(held);
  }
  if (fault == StoreFault::in_doubt_committed) throw StoreUnavailable("commit in doubt");
  return std::move(written_);
}

std::optional<std::string> FakeTransaction::get_for_update(const std::string& key) {
  lock("value/" + key);
  if (const auto own = values_.find(key); own != values_.end()) return own->second;
  return store_.value(key);
}

void FakeTransaction::put(const std::string& key, std::string value) {
  values_[key] = std::move(value);
}

/// One worker's connection.
class FakeSession final : public messaging::Store {
 public:
  FakeSession(FakeStore& store, FakeStore::HandlerFactory handlers)
      : store_(store), handlers_(std::move(handlers)) {}

  std::vector<std::optional<TenantId>> owners(
      std::span<const events::Envelope* const> tenantless) override {
    auto owners = Store::owners(tenantless);
    for (std::size_t i = 0; store_.owner && i < owners.size(); ++i) {
      owners[i] = store_.owner(*tenantless[i]);
    }
    return owners;
  }

  std::unique_ptr<messaging::StoreTransaction> begin(std::span<const TenantId> tenants) override {
    check(StoreCall::begin);
    return std::unique_ptr<messaging::StoreTransaction>(
        new FakeTransaction(store_, {tenants.begin(), tenants.end()}, handlers_));
  }

  AttemptCount begin_attempt(const events::Position& position, TimePoint now) override {
    check(StoreCall::alone);
    auto [row, fresh] = store_.attempts_.try_emplace(position);
    auto& attempt = row->second;
    if (fresh) attempt.count.first_at = now;
    const bool mine = attempt.instance == instance_;
    if (attempt.trying &&
        (mine ? attempt.run != run_ : now - attempt.since > store_.mark_patience)) {
      ++attempt.count.crashes;
    }
    attempt.trying = true;
    attempt.instance = instance_;
    attempt.run = run_;
    attempt.since = now;
    return attempt.count;
  }

  AttemptCount end_attempt(const events::Position& position,
                           const std::optional<std::string>& error_code, TimePoint) override {
    check(StoreCall::alone);
    const auto row = store_.attempts_.find(position);
    if (row == store_.attempts_.end()) return {};
    if (row->second.trying && error_code) {
      ++row->second.count.failed;
      row->second.count.error_code = *error_code;
    }
    row->second.trying = false;
    return row->second.count;
  }

  std::vector<OutboxRow> load_outbox(std::span<const messaging::InputPartition> partitions,
                                     std::span<const std::int64_t> known, std::size_t rows_max,
                                     std::size_t bytes_max) override {
    check(StoreCall::alone);
    std::vector<OutboxRow> rows;
    std::size_t bytes = 0;
    for (const auto& [id, row] : store_.outbox_) {
      if (std::find(partitions.begin(), partitions.end(), row.input) == partitions.end()) continue;
      if (std::find(known.begin(), known.end(), id) != known.end()) continue;
      bytes += row.record.value ? row.record.value->size() : 0;
      if (rows.size() == rows_max || (!rows.empty() && bytes > bytes_max)) break;
      rows.push_back(row);
    }
    return rows;
  }

  void remove_outbox(std::span<const std::int64_t> ids) override {
    check(StoreCall::alone);
    for (const auto id : ids) {
      store_.outbox_.erase(id);
      store_.written_at_.erase(id);
    }
  }

  messaging::OutboxBacklog outbox_backlog() override {
    check(StoreCall::alone);
    messaging::OutboxBacklog backlog;
    backlog.rows = static_cast<std::int64_t>(store_.outbox_.size());
    if (!store_.written_at_.empty()) {
      const auto age = store_.clock_.now() - store_.written_at_.begin()->second;
      backlog.oldest_age_s = std::chrono::duration<double>(age).count();
    }
    return backlog;
  }

  bool open_run(const std::string& instance, TimePoint) override {
    check(StoreCall::alone);
    auto& run = store_.runs_[instance];
    instance_ = instance;
    run_ = ++run.number;
    return std::exchange(run.clean, false);
  }

  void close_run(const std::string& instance, TimePoint) override {
    check(StoreCall::alone);
    auto& run = store_.runs_[instance];
    if (run.number == run_) run.clean = true;
  }

  std::size_t prune_inbox(int days, std::size_t rows_max) override {
    check(StoreCall::alone);
    const auto before = store_.clock_.now() - std::chrono::hours{24} * days;
    std::size_t pruned = 0;
    for (auto it = store_.inbox_.begin(); it != store_.inbox_.end() && pruned < rows_max;) {
      const bool old = it->second.at < before;
      it = old ? store_.inbox_.erase(it) : std::next(it);
      pruned += old ? 1 : 0;
    }
    return pruned;
  }

 private:
  void check(StoreCall call) {
    const auto fault = store_.drawn(call);
    if (fault == StoreFault::unavailable) throw StoreUnavailable("injected");
  }

  FakeStore& store_;
  FakeStore::HandlerFactory handlers_;
  std::string instance_;
  std::int64_t run_ = 0;
};

std::unique_ptr<messaging::Store> FakeStore::connect(HandlerFactory handlers) {
  return std::make_unique<FakeSession>(*this, std::move(handlers));
}

std::optional<bool> FakeStore::inbox(const Uuid& id) const {
  const auto seen = inbox_.find(id);
  return seen == inbox_.end() ? std::nullopt : std::optional(seen->second.dead);
}

std::optional<std::string> FakeStore::value(const std::string& key) const {
  const auto found = values_.find(key);
  return found == values_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace hookswitch::testkit
