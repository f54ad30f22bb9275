#pragma once
#include "conninfo.hpp"
#include "prepared_statements.hpp"
#include "watchdog.hpp"

#include <hookswitch/postgres/connection.hpp>

#include <pqxx/pqxx>

#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace hookswitch::postgres {

struct Rows::Impl {
  pqxx::result result;
};

/// One libpqxx connection and the one transaction object it may have. A nontransaction: we say
/// BEGIN and COMMIT ourselves, so that BEGIN and the tenants go in one round trip.
struct Session {
  explicit Session(const std::string& conninfo);
  pqxx::connection connection;
  std::unique_ptr<pqxx::nontransaction> channel;
  PreparedStatements prepared;
};

/// Connects when first used; drops the session for good when it broke (libpqxx 6.4 would silently
/// go on with a new one, its state lost).
struct Connection::Impl {
  explicit Impl(const ConnectionOptions& options);

  /// Several statements, no parameters, no results: BEGIN and its settings, COMMIT, a migration's
  /// text.
  void run_text(const std::string& sql);
  Rows run(std::string_view sql, std::span<const Parameter> parameters);
  void drop() noexcept { session_.reset(); }
  /// What has to be said before the next transaction, or nothing: kept plans are made anew now and
  /// then, whatever PostgreSQL has heard of its tables meanwhile.
  [[nodiscard]] std::string_view before_transaction();
  [[nodiscard]] bool connected() const { return session_ != nullptr; }

  bool in_transaction = false;
  /// How long the server may take over one statement; the watchdog gives it 5 s more.
  std::chrono::milliseconds statement_patience;

 private:
  template <class Work>
  auto guarded(Work work);
  Session& session();

  const Conninfo conninfo_;
  const bool keeps_plans_;
  int transactions_ = 0;          ///< since plans were made anew
  bool prepared_before_ = false;  ///< the statement that runs, or ran last
  bool prepares_ = true;  ///< false once something between us and the server lost a statement
  std::unique_ptr<Session> session_;
  Watchdog watchdog_;
};

}  // namespace hookswitch::postgres
