#pragma once
#include "prepared_statements.hpp"

#include <hookswitch/postgres/connection.hpp>

#include <libpq-fe.h>

#include <chrono>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace hookswitch::postgres {

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, ClearResult>;

struct Rows::Impl {
  Result result;
};

/// One statement on its way; views of what its caller keeps.
struct Statement {
  std::string_view sql;
  std::span<const Parameter> parameters;
};

/// What the server said to some statements: all of them went well, or `failure` is of the first
/// that did not, and nothing was done of those behind it.
struct Answers {
  std::vector<Result> results;
  Result failure;
  bool failed_by_name = false;  ///< of what had been prepared before
  bool lost = false;            ///< the connection, behind its last word, which is `failure`
};

/// The connection is of no use any more: closed, or nobody has answered for too long. what() is
/// libpq's word, of one line.
class SessionBroken : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One connection of libpq, in pipeline mode (PostgreSQL 15, 34.5): some statements go out together
/// and are answered together. One thread. Throws SessionBroken, and is to be destroyed then.
class Session {
 public:
  /// Connects, within the connect_timeout of `conninfo`.
  explicit Session(const std::string& conninfo);

  /// One round trip. Throws StatementError, before anything is sent, when a text holds a NUL. The
  /// server may be silent for `patience` each time, and is while it works on all of them: it
  /// answers when it is through. `prepares`: what comes a second time is prepared. Outside a
  /// transaction that was begun, all of it is one transaction.
  Answers run(std::span<const Statement> statements, bool prepares,
              std::chrono::milliseconds patience);
  /// Several statements in one text, without parameters and results.
  Answers run_script(const std::string& sql, std::chrono::milliseconds patience);

 private:
  struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  struct Arguments;
  struct Expected;

  void send(std::string_view sql, const Arguments& arguments, bool prepares,
            std::vector<Expected>& expected);
  void take_sync(Answers& answers);
  void keep_failure(Answers& answers, Result result, bool by_name) const;
  [[nodiscard]] bool is_lost(Answers& answers);
  Result next_result();
  void wait_for_socket(bool unsent);
  [[noreturn]] void broken() const;

  std::unique_ptr<PGconn, Finish> connection_;
  std::chrono::milliseconds patience_{0};
  PreparedStatements prepared_;
};

}  // namespace hookswitch::postgres
