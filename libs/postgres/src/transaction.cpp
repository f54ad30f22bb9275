#include "session.hpp"

#include <hookswitch/telemetry/log.hpp>

#include <algorithm>

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

std::string begin_for(std::span<const TenantId> tenants) {
  std::string sql = "BEGIN; SELECT set_config('app.tenants','";
  bool first = true;
  for (const auto& tenant : tenants) {
    if (!is_tenant_id(tenant.str())) {
      throw std::invalid_argument("not a tenant id: \"" + tenant.str() + "\"");
    }
    if (!first) sql += ',';
    sql += tenant.str();
    first = false;
  }
  return sql + "',true)";
}

}  // namespace

struct Transaction::Impl {
  enum class State { open, failed, committed };

  explicit Impl(Connection::Impl& given) : connection(given) {}
  void require_open() const {
    if (state == State::committed) throw std::logic_error("the transaction has been committed");
  }

  Connection::Impl& connection;
  State state = State::open;
};

Transaction::Transaction(Connection& connection, std::span<const TenantId> tenants)
    : impl_(std::make_unique<Impl>(connection.impl())) {
  if (impl_->connection.in_transaction) {
    throw std::logic_error("a connection has one transaction at a time");
  }
  const std::string begin =
      std::string(impl_->connection.before_transaction()) + begin_for(tenants);
  try {
    impl_->connection.run_text(begin);
  } catch (const std::exception&) {
    impl_->connection.drop();  // BEGIN may have worked: no transaction is left open behind our back
    throw;
  }
  impl_->connection.in_transaction = true;
}

Transaction::~Transaction() {
  impl_->connection.in_transaction = false;
  if (impl_->state == Impl::State::committed || !impl_->connection.connected()) return;
  try {
    impl_->connection.run_text("ROLLBACK");
  } catch (const std::exception& error) {
    // Whatever happened, the server rolls back when the session ends.
    telemetry::log_warning("postgres.rollback_failed", {{"error", error.what()}});
    impl_->connection.drop();
  }
}

Rows Transaction::execute(std::string_view sql, std::span<const Parameter> parameters) {
  impl_->require_open();
  // On a new session this would run outside the transaction and without tenants.
  if (!impl_->connection.connected()) throw Unavailable("the transaction's session is gone");
  try {
    return impl_->connection.run(sql, parameters);
  } catch (const std::exception&) {
    impl_->state = Impl::State::failed;
    throw;
  }
}

Rows Transaction::execute(std::string_view sql, std::initializer_list<Parameter> parameters) {
  return execute(sql, std::span<const Parameter>(parameters.begin(), parameters.size()));
}

void Transaction::commit() {
  impl_->require_open();
  if (!impl_->connection.connected()) throw Unavailable("the transaction's session is gone");
  // The server would answer COMMIT with a quiet ROLLBACK.
  if (impl_->state == Impl::State::failed) {
    throw StatementError("a statement of this transaction failed: it cannot be committed", "25P02");
  }
  try {
    impl_->connection.run_text("COMMIT");
  } catch (const std::exception&) {
    impl_->state = Impl::State::failed;
    throw;
  }
  impl_->state = Impl::State::committed;
  impl_->connection.in_transaction = false;
}

}  // namespace hookswitch::postgres
