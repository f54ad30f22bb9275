#include "connection_impl.hpp"
#include "errors.hpp"

#include <stdexcept>
#include <utility>

namespace hookswitch::postgres {
namespace {

constexpr std::chrono::seconds silence_grace{5};
constexpr int transactions_a_plan = 1000;

/// A pooler that hands a session from transaction to transaction: the statement is not there, or
/// another client's is.
bool loses_prepared_statements(std::string_view sqlstate) {
  return sqlstate == "26000" || sqlstate == "42P05";
}

std::string_view field_of(const PGresult& result, int code) {
  const char* text = PQresultErrorField(&result, code);
  return text == nullptr ? std::string_view() : text;
}

ServerError error_of(const PGresult& result) {
  const auto sqlstate = field_of(result, PG_DIAG_SQLSTATE);
  return server_error(sqlstate, sqlstate.empty() ? PQresultErrorMessage(&result)
                                                 : field_of(result, PG_DIAG_MESSAGE_PRIMARY));
}

}  // namespace

Connection::Impl::Impl(const ConnectionOptions& options)
    : statement_patience(options.statement_timeout),
      conninfo_(conninfo_of(options)),
      keeps_plans_(options.keeps_plans) {}

bool Connection::Impl::plans_are_old() {
  if (!keeps_plans_ || ++transactions_ < transactions_a_plan) return false;
  transactions_ = 0;
  return true;
}

Session& Connection::Impl::session() {
  if (!session_) {
    try {
      session_ = std::make_unique<Session>(conninfo_.text);
    } catch (const SessionBroken& error) {
      throw Unavailable("cannot connect to Postgres: " + masked(error.what(), conninfo_.secrets));
    }
  }
  return *session_;
}

/// Runs `work(session)` and gives every failure its class.
template <class Work>
Answers Connection::Impl::answered(Work work) {
  Session& current = session();
  Answers answers;
  try {
    answers = work(current);
  } catch (const SessionBroken& error) {
    drop();
    throw Unavailable("the Postgres session broke: " + std::string(error.what()));
  } catch (const StatementError&) {
    throw;  // nothing was sent
  } catch (const std::exception&) {
    drop();  // an answer may be under way to nobody
    throw;
  }
  if (answers.lost) drop();
  if (answers.failure) fail(answers);
  return answers;
}

void Connection::Impl::fail(const Answers& answers) {
  const ServerError found = error_of(*answers.failure);
  if (loses_prepared_statements(found.sqlstate)) {
    prepares_ = false;
    drop();
    throw Unavailable("prepared statements do not last here: " + found.text);
  }
  // 0A000, "cached plan must not change result type", in whatever language: a migration changed a
  // column meanwhile. The next session executes the statement without its name first, so what is
  // wrong with it for another reason comes as StatementError then.
  if (answers.failed_by_name && found.sqlstate == "0A000") {
    drop();
    throw Unavailable("a prepared statement may be older than its tables: " + found.text);
  }
  switch (found.kind) {
    case ErrorClass::session_lost:
      drop();
      throw Unavailable("the Postgres session broke: " + found.text);
    case ErrorClass::unavailable:
      throw Unavailable(found.text);
    case ErrorClass::conflict:
      throw Conflict(found.text);
    case ErrorClass::statement:
      break;
  }
  throw StatementError(found.text, found.sqlstate);
}

std::vector<Rows> Connection::Impl::run(std::span<const Statement> statements) {
  auto answers = answered([&](Session& session) {
    return session.run(statements, prepares_, statement_patience + silence_grace);
  });
  std::vector<Rows> rows;
  rows.reserve(answers.results.size());
  for (auto& result : answers.results) {
    rows.emplace_back(std::make_shared<Rows::Impl>(Rows::Impl{std::move(result)}));
  }
  return rows;
}

void Connection::Impl::run_script(const std::string& sql) {
  answered([&](Session& session) {
    return session.run_script(sql, statement_patience + silence_grace);
  });
}

Connection::Connection(const ConnectionOptions& options) : impl_(std::make_unique<Impl>(options)) {}
Connection::~Connection() = default;

Rows execute_alone(Connection& connection, std::string_view sql,
                   std::span<const Parameter> parameters) {
  if (connection.impl().in_transaction) {
    throw std::logic_error("execute_alone inside a transaction of the same connection");
  }
  const Statement statement{sql, parameters};
  return std::move(connection.impl().run(std::span(&statement, 1)).front());
}

}  // namespace hookswitch::postgres
