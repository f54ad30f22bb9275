#pragma once
#include "adapters/migrations.hpp"

#include <hookswitch/messaging/postgres_store.hpp>
#include <hookswitch/postgres/connection.hpp>
#include <hookswitch/postgres/migrations.hpp>
#include <hookswitch/testkit/real/test_database.hpp>

#include <string>
#include <utility>
#include <vector>

namespace hookswitch::billing::testing {

inline postgres::ConnectionOptions at(const std::string& url) {
  postgres::ConnectionOptions options;
  options.url = url;
  options.application_name = "billing-test";
  return options;
}

/// A database of this test with the service's tables, and a connection of the service's role.
struct BillingDatabase {
  BillingDatabase() : app(at(database.app_url())) {
    postgres::Connection owner(at(database.owner_url()));
    std::vector<postgres::Migration> migrations{
        messaging::runtime_tables_migration("billing", "billing_app")};
    for (auto& migration : billing_migrations()) migrations.push_back(std::move(migration));
    postgres::migrate(owner, "billing", migrations);
  }

  /// The first cell of what a superuser, who sees every tenant, finds.
  std::string seen(const std::string& sql) const {
    postgres::Connection superuser(at(database.superuser_url()));
    const auto rows = postgres::execute_alone(superuser, sql);
    return rows.empty() ? "no rows" : std::string(rows.at(0, 0).value_or("NULL"));
  }

  testkit::TestDatabase database{"billing"};
  postgres::Connection app;
};

}  // namespace hookswitch::billing::testing
