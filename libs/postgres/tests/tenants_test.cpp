#include "fixtures.hpp"

#include <hookswitch/testkit/real/test_database.hpp>

#include <catch2/catch.hpp>

namespace hookswitch::postgres {
namespace {

/// A table as every service's first migration makes them, with a row of each of two tenants and one
/// of "".
struct Notes {
  Notes() {
    for (const char* sql :
         {"CREATE TABLE call_processing.note (tenant_id text NOT NULL, words text)",
          "INSERT INTO call_processing.note VALUES ('lindenhof', 'a'), ('aurora', 'b'), ('', 'c')",
          "ALTER TABLE call_processing.note ENABLE ROW LEVEL SECURITY",
          "ALTER TABLE call_processing.note FORCE ROW LEVEL SECURITY",
          ("CREATE POLICY tenants ON call_processing.note USING (tenant_id = "
           "ANY(string_to_array(nullif(current_setting('app.tenants', true), ''), ',')))"),
          "GRANT SELECT, INSERT, UPDATE, DELETE ON call_processing.note TO call_processing_app"}) {
      execute_alone(owner, sql);
    }
  }

  static std::int64_t count(Transaction& transaction) {
    return transaction.execute("SELECT count(*) FROM call_processing.note").integer(0, 0);
  }
  static std::int64_t count_alone(Connection& connection) {
    return execute_alone(connection, "SELECT count(*) FROM call_processing.note").integer(0, 0);
  }

  testkit::TestDatabase database;
  Connection owner{options_for(database.owner_url())};
  Connection app{options_for(database.app_url())};
};

TEST_CASE_METHOD(Notes, "A transaction sees the rows of its tenants and of nobody else") {
  CHECK(count(*std::make_unique<Transaction>(app, tenants({"lindenhof"}))) == 1);
  CHECK(count(*std::make_unique<Transaction>(app, tenants({"lindenhof", "aurora"}))) == 2);
  CHECK(count(*std::make_unique<Transaction>(app, tenants({"nobody"}))) == 0);
}

TEST_CASE_METHOD(Notes, "Without tenants nothing is seen, not even a row whose tenant is empty") {
  CHECK(count(*std::make_unique<Transaction>(app, tenants({}))) == 0);
  CHECK(count_alone(app) == 0);  // unset, and '' after the transaction before
}

TEST_CASE_METHOD(Notes, "A session that never had tenants shows nothing") {
  Connection fresh(options_for(database.app_url()));
  CHECK(count_alone(fresh) == 0);
}

TEST_CASE_METHOD(Notes, "Tenants end with their transaction, committed or rolled back") {
  {
    Transaction transaction(app, tenants({"lindenhof"}));
    CHECK(count(transaction) == 1);
    transaction.commit();
  }
  CHECK(count_alone(app) == 0);
  { const Transaction rolled_back(app, tenants({"aurora"})); }
  CHECK(count_alone(app) == 0);
}

TEST_CASE_METHOD(Notes, "A row for another tenant cannot be written") {
  Transaction transaction(app, tenants({"lindenhof"}));
  CHECK_THROWS_AS(
      transaction.execute("INSERT INTO call_processing.note VALUES ($1, 'x')", {"aurora"}),
      StatementError);
}

TEST_CASE_METHOD(Notes, "FORCE holds the owner to its tenants too") {
  CHECK(count_alone(owner) == 0);
  CHECK(count(*std::make_unique<Transaction>(owner, tenants({"aurora"}))) == 1);
}

TEST_CASE_METHOD(Notes, "What is no tenant id never gets to the server") {
  for (const char* wrong : {"", "a,b", "Lindenhof", "a'b", "-a", "_a", "ä",
                            "a234567890123456789012345678901234567890123456789012345678901234"}) {
    CHECK_THROWS_AS(Transaction(app, tenants({"lindenhof", wrong})), std::invalid_argument);
  }
  CHECK_NOTHROW(Transaction(
      app, tenants({"a23456789012345678901234567890123456789012345678901234567890123", "0_-"})));
}

}  // namespace
}  // namespace hookswitch::postgres
