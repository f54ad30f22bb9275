#pragma once
#include <hookswitch/postgres/connection.hpp>

#include <string>

namespace hookswitch::messaging {

/// Makes the partitions of this month (UTC) and the next three: calls the schema's own function
/// make_partitions(first_day date, months integer), which gives how many it made. `owner` is the
/// owner role's connection. Throws what postgres::execute_alone throws.
void make_month_partitions(postgres::Connection& owner, const std::string& schema);

}  // namespace hookswitch::messaging
