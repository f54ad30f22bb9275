#pragma once
#include <hookswitch/postgres/connection.hpp>

#include <string>
#include <vector>

namespace hookswitch::postgres {

/// What libpq is given, and what no text of ours may show.
struct Conninfo {
  std::string text;
  std::vector<std::string> secrets;  ///< passwords, as they are and as the URL spells them
};

/// The URL with what every session of ours has: time limits on both sides, keepalives, the
/// application's name. Ours come last and so win over the same names in the URL. Throws
/// std::invalid_argument, quoting nothing of it, when it is not a postgresql:// URL or malformed;
/// also for what libpq would take, with a part of the password as host, port or database (an '@' or
/// '/' in the password that is not percent-encoded).
[[nodiscard]] Conninfo conninfo_of(const ConnectionOptions& options);

/// `text` with *** for each of `secrets`.
[[nodiscard]] std::string masked(std::string text, const std::vector<std::string>& secrets);

}  // namespace hookswitch::postgres
