#pragma once
#include <hookswitch/postgres/migrations.hpp>

#include <vector>

namespace hookswitch::booking {

/// The files of migrations/, in order; they follow the runtime's 0001. Embedded when the service is
/// built.
[[nodiscard]] std::vector<postgres::Migration> booking_migrations();

}  // namespace hookswitch::booking
