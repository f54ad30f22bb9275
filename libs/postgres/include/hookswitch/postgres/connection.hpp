#pragma once
#include <hookswitch/core/strong_id.hpp>
#include <hookswitch/postgres/array.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// libpq behind a wall: the only library that includes it.
namespace hookswitch::postgres {

/// The server is away, or the session broke: pause, connect anew, try again. Also an unknown commit
/// outcome: the inbox makes the redo harmless.
class Unavailable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
/// serialization_failure or deadlock_detected: the same transaction may be tried again at once.
class Conflict : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
/// The statement is wrong or a constraint refused it. `sqlstate` has five characters. The text has
/// no row values.
class StatementError : public std::runtime_error {
 public:
  StatementError(const std::string& what, std::string sqlstate)
      : std::runtime_error(what), sqlstate_(std::move(sqlstate)) {}
  [[nodiscard]] const std::string& sqlstate() const { return sqlstate_; }

 private:
  std::string sqlstate_;
};

/// One statement parameter. In text form, nothing being NULL, casts in the SQL give the type
/// ($1::bigint); for arrays see array_literal(). An Array goes out as it is.
using Parameter = std::variant<std::optional<std::string>, Array>;

/// A Postgres array literal from texts (quoted and escaped), for `unnest($1::text[])`.
[[nodiscard]] std::string array_literal(std::span<const std::string> values);
[[nodiscard]] std::string array_literal(std::span<const std::int64_t> values);
/// The bytea input form, \x….
[[nodiscard]] std::string bytea_literal(std::string_view bytes);
/// The bytes of a bytea in its text output form (\x…).
[[nodiscard]] std::string bytea_bytes(std::string_view text);

/// A result held in memory. Cells are views that live as long as the Rows.
class Rows {
 public:
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] bool empty() const { return size() == 0; }
  [[nodiscard]] std::size_t affected() const;
  /// Nothing when NULL.
  [[nodiscard]] std::optional<std::string_view> at(std::size_t row, std::size_t column) const;
  /// Throw std::logic_error when NULL or not of that form: a programming error, not data.
  [[nodiscard]] std::string_view text(std::size_t row, std::size_t column) const;
  [[nodiscard]] std::int64_t integer(std::size_t row, std::size_t column) const;

  struct Impl;
  explicit Rows(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

 private:
  std::shared_ptr<const Impl> impl_;
};

/// The rows of a statement that waits (Transaction::ask). Of one thread, as the transaction is; may
/// outlive it.
class Asked {
 public:
  /// Throws std::logic_error until all that was sent with the statement has been done.
  [[nodiscard]] const Rows& rows() const;

 private:
  friend class Transaction;
  std::shared_ptr<std::optional<Rows>> rows_ = std::make_shared<std::optional<Rows>>();
};

struct ConnectionOptions {
  std::string url;  ///< postgresql://… ; the password may come separately, or percent-encoded in it
  std::string password;
  std::string application_name;
  std::chrono::milliseconds connect_timeout{3000};
  std::chrono::milliseconds statement_timeout{30'000};
  std::chrono::milliseconds lock_timeout{15'000};
  std::chrono::milliseconds idle_in_transaction_timeout{15'000};
  /// Plans are kept for a while and made for any parameters: for who says the same few statements
  /// again and again and finds rows by their keys (docs/decisions/0099).
  bool keeps_plans = false;
};

/// One session of one thread. What is executed more than once is prepared; no other session state
/// is relied on, and where prepared statements do not last (a pooler in transaction mode) it does
/// without after the first Unavailable. After Unavailable it connects anew on the next transaction.
class Connection {
 public:
  /// Does not connect yet. Throws std::invalid_argument, quoting nothing of it, when the URL is
  /// malformed.
  explicit Connection(const ConnectionOptions& options);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  struct Impl;
  [[nodiscard]] Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

/// The only way to tenants' rows: it cannot be made without tenants (design.md §5.4), and row-level
/// security shows only theirs. Rolls back unless committed. One at a time for a Connection.
/// Statements that wait go out together with the next that does not, in one round trip and in their
/// order (docs/decisions/0103). Where one fails nothing is done of those behind it, and the
/// transaction can only be rolled back: what follows is StatementError 25P02, or Unavailable when
/// the session is gone.
class Transaction {
 public:
  /// `tenants` are set as app.tenants for this transaction; none for a batch without any: then no
  /// tenant's row is seen or written. This waits, too: nothing is sent yet. Throws
  /// std::invalid_argument for what is no tenant's id.
  Transaction(Connection& connection, std::span<const TenantId> tenants);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  /// For a statement whose rows nobody needs: it waits, and what is wrong with it is thrown by
  /// whatever sends it.
  void queue(std::string sql, std::vector<Parameter> parameters);
  /// A statement whose rows are needed once something has been sent: it waits, too.
  [[nodiscard]] Asked ask(std::string sql, std::vector<Parameter> parameters);
  /// Sends what waits. Throws as execute() does.
  void flush();
  /// One statement; each text of SQL is prepared when it comes a second time, so values belong into
  /// the parameters. Throws Unavailable, Conflict or StatementError.
  Rows execute(std::string_view sql, std::span<const Parameter> parameters = {});
  Rows execute(std::string_view sql, std::initializer_list<Parameter> parameters);
  /// The last statement and the commit, in one round trip. Throws as commit() does.
  Rows execute_and_commit(std::string_view sql, std::span<const Parameter> parameters);
  /// Throws as execute() does, Unavailable also when the outcome is unknown (in doubt).
  void commit();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A statement outside any tenant, for the runtime's own tables, checks and maintenance.
/// Autocommit.
Rows execute_alone(Connection& connection, std::string_view sql,
                   std::span<const Parameter> parameters = {});

}  // namespace hookswitch::postgres
