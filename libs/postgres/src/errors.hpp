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

/// The server's primary message without anything that may be a row's value: no DETAIL, no HINT, and
/// for errors that quote data (class 22, RAISE) nothing in quotes and nothing after a colon.
[[nodiscard]] std::string safe_text(std::string_view sqlstate, std::string_view message);

}  // namespace hookswitch::postgres
