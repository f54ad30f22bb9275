#include "connection_impl.hpp"

#include <hookswitch/telemetry/log.hpp>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace hookswitch::postgres {

namespace {

/// [a-z0-9][a-z0-9_-]{0,62}: no comma, no quote, so that a list of them is safe in `app.tenants`
/// and in SQL.
bool is_tenant_id(std::string_view id) {
  const auto lower_or_digit = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  };
  return !id.empty() && id.size() <= 63 && lower_or_digit(id.front()) &&
         std::all_of(id.begin(), id.end(),
                     [&](char c) { return lower_or_digit(c) || c == '_' || c == '-'; });
}

std::string list_of(std::span<const TenantId> tenants) {
  std::string list;
  for (const auto& tenant : tenants) {
    if (!is_tenant_id(tenant.str())) {
      throw std::invalid_argument("not a tenant id: \"" + tenant.str() + "\"");
    }
    if (!list.empty()) list += ',';
    list += tenant.str();
  }
  return list;
}

constexpr Statement commit_statement{"COMMIT", {}};
constexpr Statement rollback_statement{"ROLLBACK", {}};

}  // namespace

struct Transaction::Impl {
  enum class State { waiting, open, failed, committed };
  struct Queued {
    std::string sql;
    std::vector<Parameter> parameters;
    std::shared_ptr<std::optional<Rows>> answer;  ///< for who asked
  };

  explicit Impl(Connection::Impl& given) : connection(given) {}
  void require_open() const;
  /// What waits and then `statements`, in one round trip; the rows of these.
  std::vector<Rows> run(std::span<const Statement> statements);

  Connection::Impl& connection;
  State state = State::waiting;  ///< for BEGIN itself, too
  std::vector<Queued> queued;
};

void Transaction::Impl::require_open() const {
  if (state == State::committed) throw std::logic_error("the transaction has been committed");
  if (state == State::waiting) return;
  // On a new session a statement would run outside the transaction and without tenants.
  if (!connection.connected()) throw Unavailable("the transaction's session is gone");
  // The server would say so, too, but answer COMMIT with a quiet ROLLBACK.
  if (state == State::failed) {
    throw StatementError("a statement of this transaction failed: it can only be rolled back",
                         "25P02");
  }
}

std::vector<Rows> Transaction::Impl::run(std::span<const Statement> statements) {
  require_open();
  state = State::failed;  // unless all goes well
  const auto waiting = std::exchange(queued, {});
  std::vector<Statement> all;
  all.reserve(waiting.size() + statements.size());
  for (const auto& each : waiting) all.push_back({each.sql, each.parameters});
  all.insert(all.end(), statements.begin(), statements.end());
  auto rows = connection.run(all);
  state = State::open;
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    if (waiting[i].answer) *waiting[i].answer = std::move(rows[i]);
  }
  rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(waiting.size()));
  return rows;
}

Transaction::Transaction(Connection& connection, std::span<const TenantId> tenants)
    : impl_(std::make_unique<Impl>(connection.impl())) {
  if (impl_->connection.in_transaction) {
    throw std::logic_error("a connection has one transaction at a time");
  }
  queue("BEGIN", {});
  queue("SELECT set_config('app.tenants', $1, true)", {list_of(tenants)});
  if (impl_->connection.plans_are_old()) queue("DISCARD PLANS", {});
  impl_->connection.in_transaction = true;
}

Transaction::~Transaction() {
  impl_->connection.in_transaction = false;
  const bool nothing_to_undo =
      impl_->state == Impl::State::waiting || impl_->state == Impl::State::committed;
  if (nothing_to_undo || !impl_->connection.connected()) return;
  try {
    impl_->connection.run(std::span(&rollback_statement, 1));
  } catch (const std::exception& error) {
    // Whatever happened, the server rolls back when the session ends.
    telemetry::log_warning("postgres.rollback_failed", {{"error", error.what()}});
    impl_->connection.drop();
  }
}

void Transaction::queue(std::string sql, std::vector<Parameter> parameters) {
  impl_->require_open();
  impl_->queued.push_back({std::move(sql), std::move(parameters), nullptr});
}

Asked Transaction::ask(std::string sql, std::vector<Parameter> parameters) {
  impl_->require_open();
  Asked asked;
  impl_->queued.push_back({std::move(sql), std::move(parameters), asked.rows_});
  return asked;
}

const Rows& Asked::rows() const {
  const std::optional<Rows>& rows = *rows_;
  if (!rows) throw std::logic_error("what was asked has no answer yet");
  return *rows;
}

void Transaction::flush() {
  if (impl_->queued.empty()) return impl_->require_open();
  impl_->run({});
}

Rows Transaction::execute(std::string_view sql, std::span<const Parameter> parameters) {
  const Statement statement{sql, parameters};
  return std::move(impl_->run(std::span(&statement, 1)).front());
}

Rows Transaction::execute(std::string_view sql, std::initializer_list<Parameter> parameters) {
  return execute(sql, std::span<const Parameter>(parameters.begin(), parameters.size()));
}

Rows Transaction::execute_and_commit(std::string_view sql, std::span<const Parameter> parameters) {
  const std::array statements{Statement{sql, parameters}, commit_statement};
  auto rows = impl_->run(statements);
  impl_->state = Impl::State::committed;
  impl_->connection.in_transaction = false;
  return std::move(rows.front());
}

void Transaction::commit() {
  impl_->run(std::span(&commit_statement, 1));
  impl_->state = Impl::State::committed;
  impl_->connection.in_transaction = false;
}

}  // namespace hookswitch::postgres
