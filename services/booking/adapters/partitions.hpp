#pragma once
#include <hookswitch/postgres/connection.hpp>

namespace hookswitch::booking {

/// Makes the partitions of this month and the next three. `owner` is the owner role's connection.
/// Throws what postgres::execute_alone throws.
void make_partitions(postgres::Connection& owner);

}  // namespace hookswitch::booking
