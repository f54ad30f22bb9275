#pragma once
#include "adapters/migrations.hpp"

#include <hookswitch/messaging/month_partitions.hpp>
#include <hookswitch/messaging/postgres_store.hpp>
#include <hookswitch/postgres/connection.hpp>
#include <hookswitch/postgres/migrations.hpp>
#include <hookswitch/testkit/real/test_database.hpp>

#include <string>
#include <vector>

namespace hookswitch::call_processing::testing {

inline postgres::ConnectionOptions at(const std::string& url) {
  postgres::ConnectionOptions options;
  options.url = url;
  options.application_name = "call-processing-test";
  return options;
}

/// A database of this test with the service's tables, and a connection of the service's role.
struct CallDatabase {
  explicit CallDatabase(bool with_partitions = true) : app(at(database.app_url())) {
    postgres::Connection owner(at(database.owner_url()));
    std::vector<postgres::Migration> migrations{
        messaging::runtime_tables_migration("call_processing", "call_processing_app")};
    for (auto& migration : call_migrations()) migrations.push_back(std::move(migration));
    postgres::migrate(owner, "call_processing", migrations);
    if (with_partitions) messaging::make_month_partitions(owner, "call_processing");
  }

  /// The first cell of what a superuser, who sees every tenant, finds.
  std::string seen(const std::string& sql) {
    postgres::Connection superuser(at(database.superuser_url()));
    const auto rows = postgres::execute_alone(superuser, sql);
    return rows.empty() ? "no rows" : std::string(rows.at(0, 0).value_or("NULL"));
  }

  testkit::TestDatabase database;
  postgres::Connection app;
};

}  // namespace hookswitch::call_processing::testing
