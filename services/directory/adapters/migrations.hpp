#pragma once
#include <hookswitch/postgres/migrations.hpp>

#include <vector>

namespace hookswitch::directory {

/// The files of migrations/, in order; they follow the runtime's 0001. Embedded when the service is
/// built.
[[nodiscard]] std::vector<postgres::Migration> directory_migrations();

}  // namespace hookswitch::directory
