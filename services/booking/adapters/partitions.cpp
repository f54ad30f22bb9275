#include "adapters/partitions.hpp"

#include <hookswitch/telemetry/log.hpp>

#include <string>

namespace hookswitch::booking {

static constexpr int months_ahead = 4;  // this one and three more

void make_partitions(postgres::Connection& owner) {
  const auto made = postgres::execute_alone(
      owner, "SELECT booking.make_partitions((now() AT TIME ZONE 'UTC')::date, $1::integer)",
      std::vector<postgres::Parameter>{std::to_string(months_ahead)});
  if (made.integer(0, 0) > 0) {
    telemetry::log_info("partitions.made", {{"count", made.integer(0, 0)}});
  }
}

}  // namespace hookswitch::booking
