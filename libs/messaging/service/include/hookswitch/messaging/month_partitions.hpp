#pragma once
#include <hookswitch/postgres/connection.hpp>

#include <cstdint>
#include <string>

namespace hookswitch::messaging {

/// Makes the partitions of this month (UTC) and the next three: calls the schema's own function
/// make_partitions(first_day date, months integer), which gives how many it made. `owner` is the
/// owner role's connection. Throws what postgres::execute_alone throws.
void make_month_partitions(postgres::Connection& owner, const std::string& schema);

/// Drops what is older than this month (UTC) and the `keep` months before it: calls the schema's
/// own function drop_partitions(today date, keep integer), which gives how many it dropped. Locks
/// that are held too long put it off until the next time. Throws what postgres::execute_alone
/// throws.
void drop_month_partitions(postgres::Connection& owner, const std::string& schema,
                           std::int64_t keep);

}  // namespace hookswitch::messaging
