#include "component/database.hpp"

#include <hookswitch/messaging/database_checks.hpp>

#include <catch2/catch.hpp>

namespace hookswitch::call_processing::testing {

TEST_CASE("every table of the service that has a tenant is guarded") {
  CallDatabase database;
  CHECK_NOTHROW(messaging::require_guarded_tenants(database.app, "call_processing"));
}

TEST_CASE("partitions are made four months ahead, once") {
  CallDatabase database;
  const std::string count =
      "SELECT count(*) FROM pg_inherits WHERE inhparent = 'call_processing.call_state'::regclass";
  CHECK(database.seen(count) == "5");
  postgres::Connection owner(at(database.database.owner_url()));
  messaging::make_month_partitions(owner, "call_processing");
  CHECK(database.seen(count) == "5");
}

}  // namespace hookswitch::call_processing::testing
