#pragma once
#include <hookswitch/postgres/connection.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hookswitch::postgres {

/// One forward-only step. Names sort: "0001_inbox_outbox". SQL is schema-qualified.
struct Migration {
  std::string name;
  std::string sql;
};

/// Brings a schema up to date: under an advisory lock (so that replicas starting together take
/// turns), in one transaction for each step, recorded with its SHA-256 in <schema>.migration.
/// Throws std::runtime_error naming the step when a step that was applied has another checksum now,
/// when one is missing, or when its SQL fails (nothing of that step stays then); Unavailable when
/// the server is away. Connect as the owner role. Returns the names applied now.
std::vector<std::string> migrate(Connection& owner, std::string_view schema,
                                 std::span<const Migration> migrations);

}  // namespace hookswitch::postgres
