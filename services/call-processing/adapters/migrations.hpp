#pragma once
#include <hookswitch/postgres/migrations.hpp>

#include <vector>

namespace hookswitch::call_processing {

/// The files of migrations/, in order; they follow the runtime's 0001. Embedded when the service is
/// built.
[[nodiscard]] std::vector<postgres::Migration> call_migrations();

}  // namespace hookswitch::call_processing
