#include <hookswitch/messaging/month_partitions.hpp>
#include <hookswitch/telemetry/log.hpp>

#include <vector>

namespace hookswitch::messaging {
namespace {

constexpr int months_ahead = 4;  // this one and three more

/// What the schema's function(today, months) gives.
std::int64_t call(postgres::Connection& owner, const std::string& schema,
                  const std::string& function, std::int64_t months) {
  return postgres::execute_alone(owner,
                                 "SELECT " + schema + "." + function +
                                     "((now() AT TIME ZONE 'UTC')::date, $1::integer)",
                                 std::vector<postgres::Parameter>{std::to_string(months)})
      .integer(0, 0);
}

}  // namespace

void make_month_partitions(postgres::Connection& owner, const std::string& schema) {
  const auto made = call(owner, schema, "make_partitions", months_ahead);
  if (made > 0) telemetry::log_info("partitions.made", {{"count", made}});
}

void drop_month_partitions(postgres::Connection& owner, const std::string& schema,
                           std::int64_t keep) {
  try {
    const auto dropped = call(owner, schema, "drop_partitions", keep);
    if (dropped > 0) telemetry::log_info("partitions.dropped", {{"count", dropped}});
  } catch (const postgres::Conflict& error) {
    telemetry::log_warning("partitions.busy", {{"error", error.what()}});
  }
}

}  // namespace hookswitch::messaging
