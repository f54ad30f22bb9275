#include "session.hpp"

#include "literals.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <limits>
#include <new>
#include <utility>

namespace hookswitch::postgres {
namespace {

std::string first_line(std::string_view text) {
  return std::string(text.substr(0, text.find('\n')));
}

bool is_good(const PGresult* result) {
  const auto status = PQresultStatus(result);
  return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
}

constexpr int text_results = 0;

}  // namespace

/// What libpq takes: views of the parameters.
struct Session::Arguments {
  explicit Arguments(std::span<const Parameter> parameters) {
    values.reserve(parameters.size());
    lengths.reserve(parameters.size());
    formats.reserve(parameters.size());
    for (const auto& parameter : parameters) {
      if (const auto* array = std::get_if<Array>(&parameter)) {
        values.push_back(array->bytes().data());
        lengths.push_back(static_cast<int>(array->bytes().size()));
        formats.push_back(1);
        continue;
      }
      const auto& text = std::get<std::optional<std::string>>(parameter);
      if (text) refuse_nul(*text);
      values.push_back(text ? text->c_str() : nullptr);
      lengths.push_back(0);  // of no account in text form
      formats.push_back(0);
    }
  }
  [[nodiscard]] int count() const { return static_cast<int>(values.size()); }

  std::vector<const char*> values;
  std::vector<int> lengths;
  std::vector<int> formats;
};

/// One answer that the server owes.
struct Session::Expected {
  enum class Of { preparation, statement };
  Of of = Of::statement;
  std::string_view sql;
  bool by_name = false;  ///< of a statement: prepared before
};

Session::Session(const std::string& conninfo) : connection_(PQconnectdb(conninfo.c_str())) {
  if (!connection_) throw std::bad_alloc();
  if (PQstatus(connection_.get()) != CONNECTION_OK) broken();
  // Nobody reads them, and libpq would print them.
  PQsetNoticeReceiver(
      connection_.get(), [](void*, const PGresult*) {}, nullptr);
  if (PQsetnonblocking(connection_.get(), 1) != 0) broken();
  if (PQenterPipelineMode(connection_.get()) != 1) broken();
}

void Session::broken() const { throw SessionBroken(first_line(PQerrorMessage(connection_.get()))); }

Answers Session::run(std::span<const Statement> statements, bool prepares,
                     std::chrono::milliseconds patience) {
  patience_ = patience;
  std::vector<Arguments> arguments;  // before anything is sent: they may be refused
  arguments.reserve(statements.size());
  for (const auto& statement : statements) arguments.emplace_back(statement.parameters);
  std::vector<Expected> expected;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    send(statements[i].sql, arguments[i], prepares, expected);
  }
  if (PQpipelineSync(connection_.get()) != 1) broken();

  Answers answers;
  for (const auto& each : expected) {
    auto result = next_result();
    const bool good = is_good(result.get());
    if (good && each.of == Expected::Of::statement) answers.results.push_back(std::move(result));
    if (!good && each.of == Expected::Of::preparation) prepared_.forget(each.sql);
    if (!good) keep_failure(answers, std::move(result), each.by_name);
    if (is_lost(answers)) return answers;
  }
  take_sync(answers);
  return answers;
}

/// What was not in a transaction is committed now, which may be refused (deferred constraints).
void Session::take_sync(Answers& answers) {
  while (true) {
    auto result = next_result();
    if (PQresultStatus(result.get()) == PGRES_PIPELINE_SYNC) return;
    answers.lost = result == nullptr;
    keep_failure(answers, std::move(result), false);
    if (answers.lost || is_lost(answers)) return;
  }
}

Answers Session::run_script(const std::string& sql, std::chrono::milliseconds patience) {
  patience_ = patience;
  if (PQexitPipelineMode(connection_.get()) != 1) broken();
  if (PQsendQuery(connection_.get(), sql.c_str()) != 1) broken();
  Answers answers;
  while (auto result = next_result()) {
    const auto status = PQresultStatus(result.get());
    if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH) {
      throw SessionBroken("a script of ours copies nothing");
    }
    const bool good = is_good(result.get()) || status == PGRES_EMPTY_QUERY;
    if (!good) keep_failure(answers, std::move(result), false);
    if (PQstatus(connection_.get()) != CONNECTION_OK) break;
  }
  answers.lost = PQstatus(connection_.get()) != CONNECTION_OK;
  if (answers.lost && !answers.failure) broken();
  if (!answers.lost && PQenterPipelineMode(connection_.get()) != 1) broken();
  return answers;
}

/// The first says why; without a result there is only libpq's word.
void Session::keep_failure(Answers& answers, Result result, bool by_name) const {
  if (answers.failure) return;
  if (!result) broken();
  answers.failure = std::move(result);
  answers.failed_by_name = by_name;
}

/// To be asked behind each answer. The server's last word comes before the end of the connection.
bool Session::is_lost(Answers& answers) {
  if (auto more = next_result()) {
    keep_failure(answers, std::move(more), false);
    answers.lost = true;
  }
  if (PQstatus(connection_.get()) != CONNECTION_OK) answers.lost = true;
  if (answers.lost && !answers.failure) broken();
  return answers.lost;
}

void Session::send(std::string_view sql, const Arguments& arguments, bool prepares,
                   std::vector<Expected>& expected) {
  // Without parameters PostgreSQL keeps a plan whatever plan_cache_mode says.
  const auto use =
      prepares && arguments.count() > 0 ? prepared_.use(sql) : PreparedStatements::Use{};
  if (use.is_new) {
    expected.push_back({Expected::Of::preparation, sql});
    if (PQsendPrepare(connection_.get(), use.name->c_str(), std::string(sql).c_str(), 0, nullptr) !=
        1) {
      broken();
    }
  }
  expected.push_back({Expected::Of::statement, sql, use.name != nullptr && !use.is_new});
  const int sent =
      use.name != nullptr
          ? PQsendQueryPrepared(connection_.get(), use.name->c_str(), arguments.count(),
                                arguments.values.data(), arguments.lengths.data(),
                                arguments.formats.data(), text_results)
          : PQsendQueryParams(connection_.get(), std::string(sql).c_str(), arguments.count(),
                              nullptr, arguments.values.data(), arguments.lengths.data(),
                              arguments.formats.data(), text_results);
  if (sent != 1) broken();
}

/// Nothing where libpq has no more: between two statements, or at a script's end.
Result Session::next_result() {
  while (PQisBusy(connection_.get()) != 0) {
    const int unsent = PQflush(connection_.get());
    if (unsent < 0) broken();
    wait_for_socket(unsent != 0);
    // What is wrong with the connection comes as a result, behind what the server said last.
    if (PQconsumeInput(connection_.get()) != 1) break;
    // The rest of a TLS record, 16 KiB at most, is with OpenSSL already, and the socket says
    // nothing of it; a read takes 8 KiB at least.
    if (PQsslInUse(connection_.get()) != 0 && PQconsumeInput(connection_.get()) != 1) break;
  }
  return Result(PQgetResult(connection_.get()));
}

// A server that is frozen, or behind a cut cable, is silent for ever: libpq's own waits have no
// bound.
void Session::wait_for_socket(bool unsent) {
  pollfd socket{.fd = PQsocket(connection_.get()),
                .events = static_cast<short>(unsent ? POLLIN | POLLOUT : POLLIN),
                .revents = 0};
  const auto deadline = std::chrono::steady_clock::now() + patience_;
  while (true) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) throw SessionBroken("the server does not answer");
    const auto bounded = std::min<std::int64_t>(left.count(), std::numeric_limits<int>::max());
    const int ready = ::poll(&socket, 1, static_cast<int>(bounded));
    if (ready > 0) return;
    if (ready < 0 && errno != EINTR) throw SessionBroken("its socket cannot be waited for");
  }
}

}  // namespace hookswitch::postgres
