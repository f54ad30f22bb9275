#include "fixtures.hpp"

#include <hookswitch/testkit/real/environment.hpp>
#include <hookswitch/testkit/real/test_database.hpp>
#include <hookswitch/testkit/real/test_gate.hpp>

#include <catch2/catch.hpp>

namespace hookswitch::postgres {
namespace {

using testkit::TestGate;
using Clock = std::chrono::steady_clock;

std::string tenants_of(Transaction& transaction) {
  return std::string(transaction.execute("SELECT current_setting('app.tenants')").text(0, 0));
}

void begun(Connection& connection) { Transaction(connection, {}).flush(); }

/// A connection that passes through the gate.
struct Gated {
  Gated() {
    options = options_for(testkit::with_parts(database.app_url(), "", gate.address(), ""));
    options.statement_timeout = std::chrono::milliseconds(500);
  }
  testkit::TestDatabase database;
  Connection owner{options_for(database.owner_url())};
  TestGate gate{testkit::address_of(testkit::test_postgres_url())};
  ConnectionOptions options;
};

TEST_CASE("When its backend is killed a transaction fails, and the next has its tenants again") {
  const testkit::TestDatabase database;
  Connection connection(options_for(database.app_url()));
  Connection killer(options_for(database.superuser_url()));
  {
    Transaction transaction(connection, tenants({"lindenhof"}));
    const auto pid = std::string(transaction.execute("SELECT pg_backend_pid()").text(0, 0));
    execute_alone(killer, "SELECT pg_terminate_backend($1::int, 5000)",
                  std::vector<Parameter>{pid});
    CHECK_THROWS_WITH(transaction.execute("SELECT 1"), Catch::Contains("57P01"));
    CHECK_THROWS_AS(transaction.execute("SELECT 1"),
                    Unavailable);  // never on a new session behind our back
    CHECK_THROWS_AS(transaction.commit(), Unavailable);
  }
  Transaction transaction(connection, tenants({"aurora"}));
  CHECK(tenants_of(transaction) == "aurora");
}

TEST_CASE("A session killed between transactions costs one failure") {
  const testkit::TestDatabase database;
  Connection connection(options_for(database.app_url()));
  Connection killer(options_for(database.superuser_url()));
  const auto pid = std::string(execute_alone(connection, "SELECT pg_backend_pid()").text(0, 0));
  execute_alone(killer, "SELECT pg_terminate_backend($1::int, 5000)", std::vector<Parameter>{pid});
  CHECK_THROWS_AS(begun(connection), Unavailable);
  Transaction transaction(connection, tenants({"lindenhof"}));
  CHECK(tenants_of(transaction) == "lindenhof");
}

TEST_CASE_METHOD(Gated,
                 "A server that refuses connections is an outage, and over when it is back") {
  Connection connection(options);
  gate.set(TestGate::Mode::refuse);
  CHECK_THROWS_AS(begun(connection), Unavailable);
  gate.set(TestGate::Mode::reset);
  CHECK_THROWS_AS(begun(connection), Unavailable);
  gate.set(TestGate::Mode::forward);
  CHECK_NOTHROW(begun(connection));
}

TEST_CASE_METHOD(Gated, "A transaction that could not begin does not go on without its BEGIN") {
  execute_alone(owner, "CREATE TABLE call_processing.mark (id int)");
  Connection connection(options);
  {
    Transaction transaction(connection, {});
    gate.set(TestGate::Mode::refuse);
    CHECK_THROWS_AS(transaction.flush(), Unavailable);
    gate.set(TestGate::Mode::forward);
    CHECK_THROWS_AS(transaction.execute("INSERT INTO call_processing.mark VALUES (1)"),
                    Unavailable);
    CHECK_THROWS_AS(transaction.commit(), Unavailable);
  }
  CHECK(execute_alone(owner, "SELECT count(*) FROM call_processing.mark").integer(0, 0) == 0);
}

TEST_CASE_METHOD(Gated, "The last statement with a commit whose answer is lost is an outage, too") {
  Connection connection(options);
  Transaction transaction(connection, {});
  transaction.execute("SELECT 1");
  gate.cut();
  CHECK_THROWS_AS(transaction.execute_and_commit("SELECT 2", {}), Unavailable);
  CHECK_THROWS_AS(transaction.commit(), Unavailable);
}

TEST_CASE_METHOD(Gated, "A commit whose answer is lost is an outage: its outcome is unknown") {
  Connection connection(options);
  Transaction transaction(connection, {});
  transaction.execute("SELECT 1");
  gate.cut();
  CHECK_THROWS_AS(transaction.commit(), Unavailable);
}

TEST_CASE_METHOD(
    Gated, "A server that freezes in the middle is given up 5 s after the statement's limit") {
  Connection connection(options);
  const auto start = Clock::now();
  {
    Transaction transaction(connection, {});
    transaction.execute("SELECT 1");
    gate.set(TestGate::Mode::freeze);
    CHECK_THROWS_AS(transaction.execute("SELECT 1"), Unavailable);
  }
  CHECK(Clock::now() - start < std::chrono::seconds(8));  // 5.5 s promised, the rest is slack
  gate.set(TestGate::Mode::forward);
  Transaction again(connection, tenants({"lindenhof"}));
  CHECK(tenants_of(again) == "lindenhof");
}

TEST_CASE_METHOD(Gated,
                 "A frozen server cannot be connected to, and that is said in bounded time") {
  options.connect_timeout = std::chrono::milliseconds(2000);
  Connection connection(options);
  gate.set(TestGate::Mode::freeze);
  const auto start = Clock::now();
  CHECK_THROWS_AS(begun(connection), Unavailable);
  CHECK(Clock::now() - start < std::chrono::seconds(5));
}

TEST_CASE(
    "Nobody listening, a wrong password's role or a missing database are said without the "
    "password") {
  const testkit::TestDatabase database;
  auto options = options_for(testkit::with_parts(database.app_url(), "", "", "no_such_database"));
  options.password = "s3cret/&?";
  Connection connection(options);
  try {
    execute_alone(connection, "SELECT 1");
    FAIL("connected to a database that does not exist");
  } catch (const Unavailable& error) {
    // A server that asks for passwords names the role, one that trusts everybody the database.
    CHECK_THAT(error.what(), (Catch::Contains("no_such_database") || Catch::Contains("_app")) &&
                                 !Catch::Contains("s3cret"));
  }
}

TEST_CASE("A host that is part of the password is not shown in the error's text") {
  Connection connection(options_for("postgresql://u:unknown-host@unknown-host.invalid/db"));
  CHECK_THROWS_WITH(execute_alone(connection, "SELECT 1"), !Catch::Contains("unknown-host"));
}

}  // namespace
}  // namespace hookswitch::postgres
