#include "errors.hpp"

#include <algorithm>
#include <array>

namespace hookswitch::postgres {

namespace {

template <std::size_t N>
bool any_of(const std::array<std::string_view, N>& list, std::string_view value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

/// These name relations, constraints and columns, never values.
bool names_only_the_schema(std::string_view sqlstate) {
  constexpr std::array<std::string_view, 6> classes{"23", "25", "40", "42", "53", "55"};
  return any_of(classes, sqlstate.substr(0, 2)) || sqlstate.starts_with("57") ||
         sqlstate.starts_with("08") || sqlstate.starts_with("28") || sqlstate.starts_with("3");
}

std::string without_quoted(std::string_view message) {
  std::string out;
  bool quoted = false;
  for (const char c : message) {
    if (c == '"') {
      if (!quoted) out += "\"…\"";
      quoted = !quoted;
    } else if (!quoted) {
      out += c;
    }
  }
  return out;
}

}  // namespace

ErrorClass classify(std::string_view sqlstate) {
  // 25P03 and 57P05: the server ended the session for idling. 25006: a read-only server, after a
  // fail-over.
  constexpr std::array<std::string_view, 6> lost{"57P01", "57P02", "57P03",
                                                 "57P05", "25P03", "25006"};
  constexpr std::array<std::string_view, 3> conflicts{"40001", "40P01", "55P03"};
  if (any_of(lost, sqlstate) || sqlstate.starts_with("08")) return ErrorClass::session_lost;
  if (any_of(conflicts, sqlstate)) return ErrorClass::conflict;
  // 53: disk full, out of memory, too many connections. 58: I/O errors. 57014: statement_timeout,
  // the server is too slow now.
  if (sqlstate.starts_with("53") || sqlstate.starts_with("58") || sqlstate == "57014") {
    return ErrorClass::unavailable;
  }
  return ErrorClass::statement;
}

ServerError server_error(std::string_view sqlstate, std::string_view message) {
  const std::string_view first = message.substr(0, message.find('\n'));
  if (sqlstate.empty()) return {ErrorClass::session_lost, {}, std::string(first)};
  std::string text(first);
  if (!names_only_the_schema(sqlstate)) text = without_quoted(first.substr(0, first.find(':')));
  return {classify(sqlstate), std::string(sqlstate), text + " (" + std::string(sqlstate) + ")"};
}

}  // namespace hookswitch::postgres
