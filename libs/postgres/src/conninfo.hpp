#pragma once
#include <hookswitch/postgres/connection.hpp>

#include <string>

namespace hookswitch::postgres {

/// The URL with what every session of ours has: time limits on both sides, keepalives, the
/// application's name. Ours come last and so win over the same names in the URL. Throws
/// std::invalid_argument when it is not a postgresql:// URL.
[[nodiscard]] std::string conninfo_of(const ConnectionOptions& options);

}  // namespace hookswitch::postgres
