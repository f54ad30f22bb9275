#include "session.hpp"

#include "errors.hpp"
#include "literals.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace hookswitch::postgres {

namespace {

constexpr std::chrono::seconds watchdog_grace{5};
constexpr int transactions_a_plan = 1000;

/// A pooler that hands a session from transaction to transaction: the statement is not there, or
/// another client's is.
bool loses_prepared_statements(std::string_view sqlstate) {
  return sqlstate == "26000" || sqlstate == "42P05";
}

/// What libpqxx takes: views of texts that live on, copies of the arrays.
struct Arguments {
  explicit Arguments(std::span<const Parameter> parameters) {
    for (const auto& parameter : parameters) {
      if (const auto* array = std::get_if<Array>(&parameter)) {
        arrays.emplace_back(array->bytes().data(), array->bytes().size());
        continue;
      }
      if (!arrays.empty()) throw std::logic_error("a statement's arrays come last");
      const auto& text = std::get<std::optional<std::string>>(parameter);
      if (text) refuse_nul(*text);
      texts.push_back(text ? text->c_str() : nullptr);
    }
  }
  std::vector<const char*> texts;
  std::vector<pqxx::binarystring> arrays;
};

}  // namespace

Session::Session(const std::string& conninfo) : connection(conninfo) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  connection.inhibit_reactivation(
      true);  // deprecated, and the only way to stop the silent reconnect
#pragma GCC diagnostic pop
  // With the SQLSTATE in the text: libpqxx 6.4 leaves it out of some of its exceptions (40P01,
  // 42501).
  connection.set_verbosity(pqxx::connection_base::verbose);
  channel = std::make_unique<pqxx::nontransaction>(connection);
}

Connection::Impl::Impl(const ConnectionOptions& options)
    : statement_patience(options.statement_timeout),
      conninfo_(conninfo_of(options)),
      keeps_plans_(options.keeps_plans) {}

std::string_view Connection::Impl::before_transaction() {
  if (!keeps_plans_ || ++transactions_ < transactions_a_plan) return {};
  transactions_ = 0;
  return "DISCARD PLANS; ";
}

Session& Connection::Impl::session() {
  if (!session_) {
    try {
      session_ = std::make_unique<Session>(conninfo_.text);
    } catch (const pqxx::failure& error) {
      throw Unavailable("cannot connect to Postgres: " +
                        masked(server_error(error.what()).text, conninfo_.secrets));
    }
  }
  return *session_;
}

/// Runs `work(session)` under the watchdog and gives every failure its class.
template <class Work>
auto Connection::Impl::guarded(Work work) {
  Session& current = session();
  try {
    const Watchdog::Guard guard(watchdog_, current.connection.sock(),
                                statement_patience + watchdog_grace);
    return work(*current.channel);
  } catch (const pqxx::failure& error) {
    const ServerError found = server_error(error.what());
    if (loses_prepared_statements(found.sqlstate)) {
      prepares_ = false;
      drop();
      throw Unavailable("prepared statements do not last here: " + found.text);
    }
    // 0A000, "cached plan must not change result type", in whatever language: a migration changed a
    // column meanwhile. The next session executes the statement without its name first, so what is
    // wrong with it for another reason comes as StatementError then.
    if (prepared_before_ && found.sqlstate == "0A000") {
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
        throw StatementError(found.text, found.sqlstate);
    }
    throw;
  }
}

void Connection::Impl::run_text(const std::string& sql) {
  prepared_before_ = false;
  guarded([&](pqxx::nontransaction& channel) { return channel.exec(sql); });
}

Rows Connection::Impl::run(std::string_view sql, std::span<const Parameter> parameters) {
  const Arguments arguments(parameters);
  return guarded([&](pqxx::nontransaction& channel) {
    auto rows = std::make_shared<Rows::Impl>();
    const auto texts = pqxx::prepare::make_dynamic_params(arguments.texts);
    const auto arrays = pqxx::prepare::make_dynamic_params(arguments.arrays);
    // Without parameters PostgreSQL keeps a plan whatever plan_cache_mode says.
    const auto use =
        prepares_ && !parameters.empty() ? session_->prepared.use(sql) : PreparedStatements::Use{};
    prepared_before_ = use.name != nullptr && !use.is_new;
    if (use.is_new) session_->connection.prepare(*use.name, std::string(sql));
    rows->result = use.name != nullptr ? channel.exec_prepared(*use.name, texts, arrays)
                                       : channel.exec_params(std::string(sql), texts, arrays);
    return Rows(std::move(rows));
  });
}

Connection::Connection(const ConnectionOptions& options) : impl_(std::make_unique<Impl>(options)) {}
Connection::~Connection() = default;

Rows execute_alone(Connection& connection, std::string_view sql,
                   std::span<const Parameter> parameters) {
  if (connection.impl().in_transaction) {
    throw std::logic_error("execute_alone inside a transaction of the same connection");
  }
  return connection.impl().run(sql, parameters);
}

}  // namespace hookswitch::postgres

#ifdef __has_feature
#if __has_feature(address_sanitizer)
/// libpqxx 6.4.5 loses a PGresult (about 1 KB) whenever a statement finds its connection broken.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libpqxx-6.4.so\n"; }
#endif
#endif
