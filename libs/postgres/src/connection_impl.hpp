#pragma once
#include "conninfo.hpp"
#include "session.hpp"

#include <hookswitch/postgres/connection.hpp>

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace hookswitch::postgres {

/// Connects when first used, gives every failure its class, and drops the session for good when it
/// broke.
struct Connection::Impl {
  explicit Impl(const ConnectionOptions& options);

  /// One round trip; the rows of each. Outside a transaction that was begun, all of it is one
  /// transaction.
  std::vector<Rows> run(std::span<const Statement> statements);
  /// Several statements in one text, without parameters and results: a migration's.
  void run_script(const std::string& sql);
  void drop() noexcept { session_.reset(); }
  /// Whether plans are to be made anew now: kept ones are now and then, whatever PostgreSQL has
  /// heard of its tables meanwhile. To be asked once for each transaction.
  [[nodiscard]] bool plans_are_old();
  [[nodiscard]] bool connected() const { return session_ != nullptr; }

  bool in_transaction = false;
  /// How long the server may take over the statements of one round trip; a silent one is given 5 s
  /// more.
  std::chrono::milliseconds statement_patience;

 private:
  template <class Work>
  Answers answered(Work work);
  [[noreturn]] void fail(const Answers& answers);
  Session& session();

  const Conninfo conninfo_;
  const bool keeps_plans_;
  int transactions_ = 0;  ///< since plans were made anew
  bool prepares_ = true;  ///< false once something between us and the server lost a statement
  std::unique_ptr<Session> session_;
};

}  // namespace hookswitch::postgres
