#include "adapters/directory_database.hpp"
#include "component/running_directory.hpp"

#include <catch2/catch.hpp>

using namespace hookswitch;
using namespace hookswitch::directory;
using namespace hookswitch::directory::testing;

namespace {

std::string sqlstate_of(postgres::Transaction& transaction, const std::string& sql) {
  try {
    transaction.execute(sql);
    return "accepted";
  } catch (const postgres::StatementError& error) {
    return error.sqlstate();
  }
}

struct Database {
  explicit Database(RunningDirectory& running)
      : database(at(running.database.app_url()), running.clock, running.faults, {}) {}
  DirectoryDatabase database;
};

}  // namespace

TEST_CASE("without tenants nothing of any tenant is there, and with one only its own") {
  RunningDirectory directory;
  const auto anton = directory.company("anton");
  const auto berta = directory.company("berta");
  const auto number = directory.number();
  REQUIRE(
      directory
          .put("/v1/numbers/" + number, R"({"ownerships":[{"company_id":")" + anton +
                                            R"(","until":"2026-01-01T00:00:00Z"},{"company_id":")" +
                                            berta + R"(","from":"2026-01-01T00:00:00Z"}]})")
          .status == 201);
  REQUIRE(
      directory.put("/v1/workspaces/w", R"({"company_ids":[")" + anton + "\",\"" + berta + "\"]}")
          .status == 201);
  postgres::Connection app(at(directory.database.app_url()));
  const auto rows = [&](const std::vector<TenantId>& tenants, const std::string& table) {
    postgres::Transaction transaction(app, tenants);
    return transaction.execute("SELECT count(*) FROM directory." + table).integer(0, 0);
  };
  for (const auto* table : {"entity", "number_ownership", "workspace_company", "reference"}) {
    CAPTURE(table);
    CHECK(rows({}, table) == 0);
  }
  CHECK(rows({TenantId(anton)}, "entity") == 1);
  CHECK(rows({TenantId(anton)}, "number_ownership") == 1);
  CHECK(rows({TenantId(anton), TenantId(berta)}, "number_ownership") == 2);
  CHECK(directory.seen("SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = "
                       "c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = "
                       "'tenant_id' WHERE n.nspname = 'directory' AND c.relkind = 'r' AND NOT "
                       "c.relforcerowsecurity") == "0");
}

TEST_CASE("a tenant's own scope shows it nothing of others and lets it take nothing of theirs") {
  RunningDirectory directory;
  const auto anton = directory.company("anton");
  const auto berta = directory.company("berta");
  REQUIRE(directory.put("/v1/agents/agent_1", R"({"company_id":")" + anton + "\"}").status == 201);
  Database mine(directory);
  const auto scope = TenantScope::of(TenantId(berta));
  mine.database.read(scope, [&](DirectoryStore& store) {
    CHECK_FALSE(store.find({Kind::agent, "agent_1"}).has_value());
    CHECK(store.list(Kind::company, {}, "", 10).size() == 1);
  });
  CHECK_THROWS_AS(mine.database.write(scope,
                                      [&](DirectoryStore& store) {
                                        store.save(Agent{"agent_1", berta, {}});
                                      }),
                  AlreadyTaken);
}

TEST_CASE("the database itself refuses two owners at an instant, whoever they are") {
  RunningDirectory directory;
  const auto anton = directory.company("anton");
  const auto berta = directory.company("berta");
  postgres::Connection app(at(directory.database.app_url()));
  const std::vector<TenantId> tenants{TenantId(anton), TenantId(berta)};
  const auto own = [](const std::string& tenant, const std::string& during) {
    return "INSERT INTO directory.number_ownership VALUES ('+493023125017', '" + tenant + "', '" +
           during + "', 1)";
  };
  const auto together = [&](const std::string& one, const std::string& other) {
    postgres::Transaction transaction(app, tenants);
    transaction.execute(own(anton, one));
    return sqlstate_of(transaction, own(berta, other));
  };
  CHECK(together("[2026-01-01,2026-02-01)", "[2026-02-01,)") == "accepted");
  CHECK(together("[2026-01-01,2026-02-02)", "[2026-02-01,)") == "23P01");
  CHECK(together("(,)", "[2026-02-01,2026-02-02)") == "23P01");
}

TEST_CASE("the database itself keeps references within a company and alive") {
  RunningDirectory directory;
  const auto anton = directory.company("anton");
  const auto berta = directory.company("berta");
  REQUIRE(directory.put("/v1/event-types/1", R"({"company_id":")" + anton + "\"}").status == 201);
  postgres::Connection app(at(directory.database.app_url()));
  const std::vector<TenantId> tenants{TenantId(anton), TenantId(berta)};
  postgres::Transaction transaction(app, tenants);
  transaction.execute("INSERT INTO directory.entity VALUES ('service', 's', '" + berta +
                      "', 1, '{}')");
  CHECK(sqlstate_of(transaction, "INSERT INTO directory.reference VALUES ('service', 's', '" +
                                     berta + "', 'event_type', '1')") == "23503");
}
