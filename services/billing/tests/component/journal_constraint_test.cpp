#include "component/database.hpp"

#include <catch2/catch.hpp>

// What Postgres itself refuses, whatever a service's code would do.

namespace hookswitch::billing::testing {
namespace {

const std::vector<TenantId> only_lindenhof{TenantId("lindenhof")};
const std::vector<TenantId> both{TenantId("lindenhof"), TenantId("aurora")};

std::string line(int entry, int number, const std::string& account, const std::string& currency,
                 const std::string& amount, const std::string& tenant = "lindenhof") {
  return "INSERT INTO billing.journal_line (usage_id, entry, line, tenant_id, cause, account, "
         "currency, amount_e6) VALUES ('d0af832a-aa71-5e1d-92d1-65a60bb5fa2c', " +
         std::to_string(entry) + ", " + std::to_string(number) + ", '" + tenant +
         "', 'd0af832a-aa71-5e1d-92d1-65a60bb5fa2c', '" + account + "', '" + currency + "', " +
         amount + ")";
}

/// What Postgres says to these statements in one transaction: "committed", or the SQLSTATE.
std::string outcome(BillingDatabase& database, const std::vector<std::string>& statements,
                    const std::vector<TenantId>& tenants = only_lindenhof) {
  try {
    postgres::Transaction transaction(database.app, tenants);
    for (const auto& statement : statements) transaction.execute(statement);
    transaction.commit();
    return "committed";
  } catch (const postgres::StatementError& error) {
    return error.sqlstate();
  }
}

const std::string check_violation = "23514";
const std::string not_allowed = "42501";

}  // namespace

TEST_CASE("an entry that sums to zero in each currency is taken") {
  BillingDatabase database;
  CHECK(outcome(database, {line(1, 1, "receivable", "EUR", "450000"),
                           line(1, 2, "revenue_usage", "EUR", "-400000"),
                           line(1, 3, "revenue_usage", "EUR", "-50000"),
                           line(1, 4, "provider_cost", "USD", "7"),
                           line(1, 5, "provider_accrual", "USD", "-7")}) == "committed");
}

TEST_CASE("an entry that is not balanced is refused by Postgres itself, at the commit") {
  BillingDatabase database;
  CHECK(outcome(database, {line(1, 1, "receivable", "EUR", "450000")}) == check_violation);
  CHECK(outcome(database, {line(1, 1, "receivable", "EUR", "450000"),
                           line(1, 2, "revenue_usage", "EUR", "-449999")}) == check_violation);
  // Zero over all, but in no currency; and over two entries, but in neither.
  CHECK(outcome(database, {line(1, 1, "receivable", "EUR", "5"),
                           line(1, 2, "revenue_usage", "USD", "-5")}) == check_violation);
  CHECK(outcome(database, {line(1, 1, "receivable", "EUR", "5"),
                           line(2, 1, "revenue_usage", "EUR", "-5")}) == check_violation);
  CHECK(database.seen("SELECT count(*) FROM billing.journal_line") == "0");
}

TEST_CASE("a line added to an entry later has to be balanced as well") {
  BillingDatabase database;
  REQUIRE(outcome(database, {line(1, 1, "receivable", "EUR", "5"),
                             line(1, 2, "revenue_usage", "EUR", "-5")}) == "committed");
  CHECK(outcome(database, {line(1, 3, "receivable", "EUR", "5")}) == check_violation);
}

TEST_CASE("the two sides of an entry are one company's") {
  BillingDatabase database;
  CHECK(outcome(database,
                {line(1, 1, "receivable", "EUR", "5"),
                 line(1, 2, "revenue_usage", "EUR", "-5", "aurora")},
                both) == check_violation);
}

TEST_CASE("the service's role has no way around the balance") {
  BillingDatabase database;
  const auto unbalanced = line(1, 1, "receivable", "EUR", "5");
  CHECK(outcome(database, {"SET CONSTRAINTS ALL DEFERRED", unbalanced}) == check_violation);
  CHECK(outcome(database, {"SET CONSTRAINTS ALL IMMEDIATE", unbalanced}) == check_violation);
  // Hidden from its own eyes before the commit.
  CHECK(outcome(database, {unbalanced, "SELECT set_config('app.tenants', 'aurora', true)"}) ==
        check_violation);
  CHECK(outcome(database, {unbalanced, "SELECT set_config('app.tenants', '', true)"}) ==
        check_violation);
  CHECK(outcome(database, {"SET session_replication_role = replica", unbalanced}) == not_allowed);
  CHECK(outcome(database, {"ALTER TABLE billing.journal_line DISABLE TRIGGER ALL", unbalanced}) ==
        not_allowed);
  CHECK(outcome(database, {"DROP TRIGGER balanced_entry ON billing.journal_line", unbalanced}) ==
        not_allowed);
  CHECK(
      outcome(
          database,
          {"CREATE FUNCTION pg_temp.sum(bigint) RETURNS bigint LANGUAGE sql AS 'SELECT 0::bigint'",
           unbalanced}) == check_violation);
  CHECK(database.seen("SELECT count(*) FROM billing.journal_line") == "0");
}

TEST_CASE("what was booked or told stays: the service's role appends only") {
  BillingDatabase database;
  REQUIRE(outcome(database, {line(1, 1, "receivable", "EUR", "5"),
                             line(1, 2, "revenue_usage", "EUR", "-5")}) == "committed");
  for (const std::string table : {"journal_line", "charge_revision", "usage_revision"}) {
    INFO(table);
    CHECK(outcome(database, {"UPDATE billing." + table + " SET tenant_id = tenant_id"}) ==
          not_allowed);
    CHECK(outcome(database, {"DELETE FROM billing." + table}) == not_allowed);
    CHECK(outcome(database, {"TRUNCATE billing." + table}) == not_allowed);
  }
  CHECK(outcome(database, {"DELETE FROM billing.usage"}) == not_allowed);
}

TEST_CASE("even a hand with all rights cannot leave an entry unbalanced") {
  BillingDatabase database;
  REQUIRE(outcome(database, {line(1, 1, "receivable", "EUR", "5"),
                             line(1, 2, "revenue_usage", "EUR", "-5")}) == "committed");
  postgres::Connection superuser(at(database.database.superuser_url()));
  for (const std::string statement :
       {"UPDATE billing.journal_line SET amount_e6 = 6 WHERE line = 1",
        "UPDATE billing.journal_line SET entry = 2 WHERE line = 1",
        "DELETE FROM billing.journal_line WHERE line = 1"}) {
    INFO(statement);
    CHECK_THROWS_AS(postgres::execute_alone(superuser, statement), postgres::StatementError);
  }
}

TEST_CASE("an account, a currency and an amount are what they say") {
  BillingDatabase database;
  CHECK(outcome(database, {line(1, 1, "petty_cash", "EUR", "5")}) == check_violation);
  CHECK(outcome(database, {line(1, 1, "receivable", "euro", "5")}) == check_violation);
  CHECK(outcome(database, {line(1, 1, "receivable", "EUR", "0")}) == check_violation);
}

}  // namespace hookswitch::billing::testing
