#include <hookswitch/messaging/month_partitions.hpp>
#include <hookswitch/telemetry/log.hpp>

#include <vector>

namespace hookswitch::messaging {

static constexpr int months_ahead = 4;  // this one and three more

void make_month_partitions(postgres::Connection& owner, const std::string& schema) {
  const auto made =
      postgres::execute_alone(owner,
                              "SELECT " + schema +
                                  ".make_partitions((now() AT TIME ZONE 'UTC')::date, "
                                  "$1::integer)",
                              std::vector<postgres::Parameter>{std::to_string(months_ahead)});
  if (made.integer(0, 0) > 0) {
    telemetry::log_info("partitions.made", {{"count", made.integer(0, 0)}});
  }
}

}  // namespace hookswitch::messaging
