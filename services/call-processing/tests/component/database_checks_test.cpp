#include "component/database.hpp"

#include <catch2/catch.hpp>

namespace hookswitch::call_processing::testing {

TEST_CASE("the service starts with a role that row-level security binds") {
  CallDatabase database;
  CHECK_NOTHROW(require_guarded_tenants(database.app));
}

TEST_CASE("the service refuses a role that could see past row-level security") {
  CallDatabase database;
  postgres::Connection superuser(at(database.database.superuser_url()));
  CHECK_THROWS_WITH(require_guarded_tenants(superuser),
                    Catch::Contains("superuser or has BYPASSRLS"));
  postgres::Connection owner(at(database.database.owner_url()));
  CHECK_THROWS_WITH(require_guarded_tenants(owner), Catch::Contains("owns the schema"));
}

TEST_CASE("the service refuses a table that lost its guard") {
  CallDatabase database;
  postgres::Connection superuser(at(database.database.superuser_url()));
  postgres::execute_alone(superuser,
                          "ALTER TABLE call_processing.call_cost NO FORCE ROW LEVEL SECURITY");
  CHECK_THROWS_WITH(
      require_guarded_tenants(database.app),
      Catch::Contains("call_processing.call_cost") && Catch::Contains("FORCE ROW LEVEL SECURITY"));
}

TEST_CASE("the service refuses a schema that is not there, and says what to do") {
  testkit::TestDatabase empty;
  postgres::Connection app(at(empty.app_url()));
  CHECK_THROWS_WITH(require_guarded_tenants(app), Catch::Contains("HOOKSWITCH_POSTGRES_OWNER_URL"));
}

TEST_CASE(
    "rule 9 connections: more than Postgres can spare are refused before the first one is taken") {
  CallDatabase database;
  CHECK_NOTHROW(require_enough_connections(database.app, 2, 4));
  CHECK_THROWS_WITH(require_enough_connections(database.app, 100, 64),
                    Catch::Contains("6500") && Catch::Contains("max_connections"));
}

TEST_CASE("partitions are made four months ahead, once") {
  CallDatabase database;
  const std::string count =
      "SELECT count(*) FROM pg_inherits WHERE inhparent = 'call_processing.call_state'::regclass";
  CHECK(database.seen(count) == "5");
  postgres::Connection owner(at(database.database.owner_url()));
  make_partitions(owner);
  CHECK(database.seen(count) == "5");
}

}  // namespace hookswitch::call_processing::testing
