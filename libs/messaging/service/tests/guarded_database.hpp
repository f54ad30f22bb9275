#pragma once
#include <hookswitch/messaging/postgres_store.hpp>
#include <hookswitch/postgres/connection.hpp>
#include <hookswitch/postgres/migrations.hpp>
#include <hookswitch/testkit/real/test_database.hpp>

#include <string>
#include <vector>

namespace hookswitch::messaging::testing {

constexpr auto schema = "guarded";

inline postgres::ConnectionOptions at(const std::string& url) {
  postgres::ConnectionOptions options;
  options.url = url;
  options.application_name = "messaging-service-test";
  return options;
}

/// What a small service's own migrations are.
inline std::vector<postgres::Migration> own_migrations() {
  return {{"0002_note",
           "CREATE TABLE guarded.note (tenant_id text, words text);"
           "ALTER TABLE guarded.note ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;"
           "CREATE TABLE guarded.owner_of (key text PRIMARY KEY);"}};
}

/// A database of this test with a small service's tables, and a connection of the service's role.
struct GuardedDatabase {
  GuardedDatabase() : app(at(database.app_url())) {
    postgres::Connection owner(at(database.owner_url()));
    std::vector<postgres::Migration> migrations{runtime_tables_migration(schema, "guarded_app")};
    for (auto& migration : own_migrations()) migrations.push_back(std::move(migration));
    postgres::migrate(owner, schema, migrations);
  }

  void as_superuser(const std::string& sql) const {
    postgres::Connection superuser(at(database.superuser_url()));
    postgres::execute_alone(superuser, sql);
  }

  testkit::TestDatabase database{schema};
  postgres::Connection app;
};

}  // namespace hookswitch::messaging::testing
