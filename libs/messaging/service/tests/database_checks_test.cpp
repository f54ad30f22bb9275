#include "guarded_database.hpp"

#include <hookswitch/messaging/database_checks.hpp>

#include <catch2/catch.hpp>

namespace hookswitch::messaging::testing {

TEST_CASE("a service starts with a role that row-level security binds") {
  GuardedDatabase database;
  CHECK_NOTHROW(require_guarded_tenants(database.app, schema));
}

TEST_CASE("a service refuses a role that could see past row-level security") {
  GuardedDatabase database;
  postgres::Connection superuser(at(database.database.superuser_url()));
  CHECK_THROWS_WITH(require_guarded_tenants(superuser, schema),
                    Catch::Contains("superuser or has BYPASSRLS"));
  postgres::Connection owner(at(database.database.owner_url()));
  CHECK_THROWS_WITH(require_guarded_tenants(owner, schema), Catch::Contains("owns the schema"));
}

TEST_CASE("a service refuses a table that lost its guard") {
  GuardedDatabase database;
  database.as_superuser("ALTER TABLE guarded.note NO FORCE ROW LEVEL SECURITY");
  CHECK_THROWS_WITH(require_guarded_tenants(database.app, schema),
                    Catch::Contains("guarded.note") && Catch::Contains("FORCE ROW LEVEL SECURITY"));
}

TEST_CASE("a table that is open on purpose has to be named") {
  GuardedDatabase database;
  database.as_superuser("ALTER TABLE guarded.owner_of ADD COLUMN tenant_id text");
  CHECK_THROWS_WITH(require_guarded_tenants(database.app, schema),
                    Catch::Contains("guarded.owner_of"));
  CHECK_NOTHROW(require_guarded_tenants(database.app, schema, {"owner_of"}));
}

TEST_CASE("a service refuses a schema that is not there, and says what to do") {
  testkit::TestDatabase empty(schema);
  postgres::Connection app(at(empty.app_url()));
  CHECK_THROWS_WITH(require_guarded_tenants(app, schema),
                    Catch::Contains("HOOKSWITCH_POSTGRES_OWNER_URL"));
}

TEST_CASE(
    "rule 9 connections: more than Postgres can spare are refused before the first one is taken") {
  GuardedDatabase database;
  CHECK_NOTHROW(require_enough_connections(database.app, 2, 4));
  CHECK_THROWS_WITH(require_enough_connections(database.app, 100, 64),
                    Catch::Contains("6500") && Catch::Contains("max_connections"));
}

}  // namespace hookswitch::messaging::testing
