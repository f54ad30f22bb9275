#pragma once
#include "adapters/migrations.hpp"

#include <hookswitch/messaging/month_partitions.hpp>
#include <hookswitch/messaging/postgres_store.hpp>
#include <hookswitch/postgres/connection.hpp>
#include <hookswitch/postgres/migrations.hpp>
#include <hookswitch/testkit/real/test_database.hpp>

#include <string>
#include <vector>

namespace hookswitch::booking::testing {

inline postgres::ConnectionOptions at(const std::string& url) {
  postgres::ConnectionOptions options;
  options.url = url;
  options.application_name = "booking-test";
  return options;
}

/// A database of this test with the service's tables, and a connection of the service's role.
struct BookingDatabase {
  BookingDatabase() : app(at(database.app_url())) {
    postgres::Connection owner(at(database.owner_url()));
    std::vector<postgres::Migration> migrations{
        messaging::runtime_tables_migration("booking", "booking_app")};
    for (auto& migration : booking_migrations()) migrations.push_back(std::move(migration));
    postgres::migrate(owner, "booking", migrations);
    messaging::make_month_partitions(owner, "booking");
  }

  /// The first cell of what a superuser, who sees every tenant, finds.
  std::string seen(const std::string& sql) {
    postgres::Connection superuser(at(database.superuser_url()));
    const auto rows = postgres::execute_alone(superuser, sql);
    return rows.empty() ? "no rows" : std::string(rows.at(0, 0).value_or("NULL"));
  }

  testkit::TestDatabase database{"booking"};
  postgres::Connection app;
};

}  // namespace hookswitch::booking::testing
