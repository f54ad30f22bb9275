#pragma once
#include <string>
#include <string_view>

namespace hookswitch::postgres {

enum class ErrorClass {
  unavailable,   ///< the server cannot work now; the session may still stand
  session_lost,  ///< unavailable, and this session is of no use any more
  conflict,
  statement,
};

/// By SQLSTATE (PostgreSQL 15, appendix A).
[[nodiscard]] ErrorClass classify(std::string_view sqlstate);

struct ServerError {
  ErrorClass kind = ErrorClass::session_lost;
  std::string sqlstate;  ///< empty when libpq said it and not the server
  /// The primary message without anything that may be a row's value: no DETAIL, no HINT, and for
  /// errors that quote data (class 22, RAISE) nothing in quotes and nothing after a colon.
  std::string text;
};

/// Of the server's SQLSTATE and primary message. Without a state it is libpq's own word about a
/// connection that is gone.
[[nodiscard]] ServerError server_error(std::string_view sqlstate, std::string_view message);

}  // namespace hookswitch::postgres
