#include "component/database.hpp"
#include "component/one_webhook.hpp"

#include <hookswitch/messaging/database_checks.hpp>

#include <catch2/catch.hpp>

#include <array>

// Migration 0004: a database of before becomes one in which the same is known of the same calls.

namespace hookswitch::call_processing::testing {
namespace {

using Words = std::vector<std::string>;

constexpr std::array tables{"call_state", "call_cost", "call_cost_item", "call_analysis",
                            "call_transcript"};

/// A database as version 0003 left it.
struct OldDatabase {
  explicit OldDatabase(const std::string& months) {
    postgres::migrate(owner, "call_processing", migrations(3));
    postgres::execute_alone(owner, "SELECT call_processing.make_partitions(" + months + ")");
  }

  static std::vector<postgres::Migration> migrations(std::size_t count) {
    std::vector<postgres::Migration> all{
        messaging::runtime_tables_migration("call_processing", "call_processing_app")};
    for (auto& migration : call_migrations()) all.push_back(std::move(migration));
    REQUIRE(all.size() >= count);
    all.resize(count);
    return all;
  }
  Words migrate() { return postgres::migrate(owner, "call_processing", migrations(4)); }

  testkit::TestDatabase database;
  postgres::Connection owner{at(database.owner_url())};
  postgres::Connection superuser{at(database.superuser_url())};
};

std::string cell(postgres::Connection& superuser, const std::string& sql) {
  return std::string(postgres::execute_alone(superuser, sql).text(0, 0));
}

/// All rows of a table, each with its call's id, as JSON.
std::string facts(postgres::Connection& superuser, const std::string& table) {
  return cell(superuser,
              "SELECT jsonb_agg(row ORDER BY row::text) FROM (SELECT to_jsonb(r) - 'call_no' AS row"
              " FROM (SELECT * FROM call_processing." +
                  table +
                  " JOIN (SELECT call_id, call_no FROM call_processing.call) AS named"
                  " USING (call_no)) AS r) AS rows");
}

std::string told_by_view(postgres::Connection& superuser) {
  return cell(superuser,
              "SELECT jsonb_agg(to_jsonb(f) ORDER BY to_jsonb(f)::text) FROM "
              "call_processing.call_fact AS f");
}

/// What lies in `newer`, as 0003 would have written it: the key alone is another.
void fill(OldDatabase& old, postgres::Connection& newer) {
  const auto insert = [&](const std::string& table, const std::string& rows) {
    postgres::execute_alone(old.superuser,
                            "INSERT INTO call_processing." + table +
                                " SELECT * FROM jsonb_populate_recordset(NULL::call_processing." +
                                table + ", $1::jsonb)",
                            std::vector<postgres::Parameter>{rows});
  };
  insert("call", facts(newer, "call"));
  for (const std::string table : tables) insert(table, facts(newer, table));
}

/// Calls of two months and of none, one of which knows next to nothing and one of two tenants.
void some_calls(postgres::Connection& app) {
  handle(app, "call_started", "call_of_september", "2026-09-30");
  handle(app, "call_analyzed", "call_z_of_september", "2026-09-30");
  handle(app, "call_started", "call_of_november", "2026-11-01");
  handle(app, "call_ended", "call_of_november", "2026-11-01");
  handle(app, "call_ended", "call_of_aurora", "2026-11-02", TenantId("aurora"));
  handle(app, "call_ended", "call_of_long_ago", "2020-01-03");
}

const std::string september_to_november = "'2026-09-01', 3";

}  // namespace

TEST_CASE("a database of 0003 becomes one of 0004 with the same facts, and goes on from there") {
  CallDatabase newer(false);
  postgres::Connection newer_superuser(at(newer.database.superuser_url()));
  some_calls(newer.app);
  OldDatabase old(september_to_november);
  fill(old, newer_superuser);
  const auto view_before = told_by_view(old.superuser);
  REQUIRE(view_before == told_by_view(newer_superuser));

  CHECK(old.migrate() == Words{"0004_call_numbers"});

  for (const std::string table : tables) {
    INFO(table);
    CHECK(facts(old.superuser, table) == facts(newer_superuser, table));
  }
  CHECK(told_by_view(old.superuser) == view_before);
  CHECK(cell(old.superuser, "SELECT count(DISTINCT call_no) FROM call_processing.call") == "5");
  const auto count = [&](const std::string& table) {
    return cell(old.superuser, "SELECT count(*) FROM call_processing." + table);
  };
  CHECK(count("call_state_2026_09") == "2");
  CHECK(count("call_state_2026_10") == "0");
  CHECK(count("call_state_2026_11") == "2");
  CHECK(count("call_state_default") == "1");
  CHECK(count("call_cost_2026_11") == "2");

  postgres::Connection app(at(old.database.app_url()));
  CHECK(handle(app, "call_analyzed", "call_z_of_september", "2026-11-03").empty());
  CHECK(handle(app, "call_analyzed", "call_of_september", "2026-11-03") ==
        Words{"CallEnded", "CallAnalyzed", "CallCostReported"});
  CHECK(handle(app, "call_analyzed", "call_of_long_ago", "2026-11-03") == Words{"CallAnalyzed"});
  CHECK(handle(app, "call_started", "call_of_aurora", "2026-11-03") ==
        Words{"refused: tenant_mismatch"});
  CHECK(handle(app, "call_started", "call_of_today", "2026-11-03") == Words{"CallStarted"});
  CHECK(cell(old.superuser, "SELECT max(call_no) > 5 FROM call_processing.call") == "t");
}

TEST_CASE("after 0004 nothing of 0003 is left, and all is guarded and kept up as before") {
  CallDatabase newer(false);
  postgres::Connection newer_superuser(at(newer.database.superuser_url()));
  some_calls(newer.app);
  OldDatabase old(september_to_november);
  fill(old, newer_superuser);
  const std::string relations =
      "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relname <> "
      "'call_id_once' AND relnamespace = 'call_processing'::regnamespace AND relkind IN ('r', 'p', "
      "'v', 'i', 'I')";
  const auto before = cell(old.superuser, relations);
  old.migrate();
  CHECK(cell(old.superuser, relations) == before);

  postgres::Connection app(at(old.database.app_url()));
  CHECK_NOTHROW(messaging::require_guarded_tenants(app, "call_processing"));
  for (const std::string table : tables) {
    INFO(table);
    const auto visible = "SELECT count(*) FROM call_processing." + table;
    CHECK(postgres::execute_alone(old.owner, visible).integer(0, 0) == 0);
    CHECK(postgres::execute_alone(app, visible).integer(0, 0) == 0);
  }
  CHECK(postgres::execute_alone(old.owner, "SELECT count(*) FROM call_processing.call")
            .integer(0, 0) == 0);
  CHECK(cell(old.superuser,
             "SELECT string_agg(DISTINCT array_to_string(reloptions, ','), ' ') FROM pg_inherits"
             " JOIN pg_class ON oid = inhrelid WHERE relname ~ '^call.*_2026_\\d\\d$'") ==
        "fillfactor=80");

  CHECK(
      postgres::execute_alone(old.owner, "SELECT call_processing.make_partitions('2026-11-01', 3)")
          .integer(0, 0) == 10);
  CHECK(
      postgres::execute_alone(old.owner, "SELECT call_processing.drop_partitions('2026-11-30', 1)")
          .integer(0, 0) == 5);
  CHECK(handle(app, "call_ended", "call_of_september", "2026-11-30") ==
        Words{"refused: call_forgotten"});
  CHECK(handle(app, "call_analyzed", "call_of_november", "2026-11-30") == Words{"CallAnalyzed"});
}

TEST_CASE("0004 waits for who still works with the tables of before") {
  OldDatabase old(september_to_november);
  {
    postgres::Connection version_before(at(old.database.app_url()));
    postgres::execute_alone(version_before, "SELECT 1");
    CHECK_THROWS_AS(old.migrate(), postgres::Unavailable);
    CHECK(cell(old.superuser,
               "SELECT count(*) FROM pg_attribute WHERE attname = 'call_no' AND attrelid = "
               "'call_processing.call'::regclass") == "0");
  }
  Words applied;
  while (applied.empty()) {
    try {
      applied = old.migrate();
    } catch (const postgres::Unavailable&) {  // the session is just ending
    }
  }
  CHECK(applied == Words{"0004_call_numbers"});
}

}  // namespace hookswitch::call_processing::testing
