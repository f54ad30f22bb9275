#include "fixtures.hpp"

#include <hookswitch/testkit/real/test_database.hpp>
#include <hookswitch/testkit/real/wait_until.hpp>

#include <catch2/catch.hpp>

#include <future>

namespace hookswitch::postgres {
namespace {

struct Ledger {
  Ledger() {
    execute_alone(owner,
                  "CREATE TABLE call_processing.ledger (id int PRIMARY KEY, words text NOT NULL)");
    execute_alone(owner, "INSERT INTO call_processing.ledger VALUES (1, 'one'), (2, 'two')");
  }
  std::string words(int id) {
    return std::string(execute_alone(owner,
                                     "SELECT words FROM call_processing.ledger WHERE id = $1::int",
                                     std::vector<Parameter>{std::to_string(id)})
                           .text(0, 0));
  }

  testkit::TestDatabase database;
  Connection owner{options_for(database.owner_url())};
};

constexpr const char* update = "UPDATE call_processing.ledger SET words = $2 WHERE id = $1::int";

TEST_CASE_METHOD(Ledger, "What is committed stays and what is not is gone") {
  {
    Transaction transaction(owner, {});
    CHECK(transaction.execute(update, {"1", "uno"}).affected() == 1);
    transaction.commit();
  }
  {
    Transaction transaction(owner, {});
    transaction.execute(update, {"2", "due"});
  }
  CHECK(words(1) == "uno");
  CHECK(words(2) == "two");
}

TEST_CASE_METHOD(Ledger,
                 "A refused statement names the constraint, and the transaction cannot be "
                 "committed by mistake") {
  Transaction transaction(owner, {});
  transaction.execute(update, {"1", "uno"});
  try {
    transaction.execute("INSERT INTO call_processing.ledger VALUES ($1::int, 'secret words')",
                        {"1"});
    FAIL("the second row with this key went in");
  } catch (const StatementError& error) {
    CHECK(error.sqlstate() == "23505");
    CHECK_THAT(error.what(), Catch::Contains("ledger_pkey") && !Catch::Contains("(1)") &&
                                 !Catch::Contains("secret"));
  }
  CHECK_THROWS_AS(transaction.commit(), StatementError);
}

TEST_CASE_METHOD(Ledger, "After a refused statement the next transaction works") {
  {
    Transaction transaction(owner, {});
    CHECK_THROWS_AS(transaction.execute("SELECT nonsense"), StatementError);
  }
  Transaction transaction(owner, {});
  transaction.execute(update, {"1", "uno"});
  transaction.commit();
  CHECK(words(1) == "uno");
}

TEST_CASE_METHOD(Ledger, "A missing parameter is NULL, and a cell that is NULL is nothing") {
  const auto rows =
      execute_alone(owner, "SELECT $1::text, 7", std::vector<Parameter>{std::nullopt});
  CHECK(rows.at(0, 0) == std::nullopt);
  CHECK(rows.integer(0, 1) == 7);
  CHECK_THROWS_AS(rows.text(0, 0), std::logic_error);
  CHECK_THROWS_AS(rows.at(1, 0), std::logic_error);
}

TEST_CASE_METHOD(Ledger, "A text with a NUL is refused and never cut short") {
  const std::string nul("a\0b", 3);
  CHECK_THROWS_AS(execute_alone(owner, "SELECT $1::text", std::vector<Parameter>{nul}),
                  StatementError);
}

TEST_CASE_METHOD(
    Ledger, "Of two transactions that deadlock one goes on and the other is told to try again") {
  Connection other(options_for(database.owner_url()));
  Transaction first(owner, {});
  Transaction second(other, {});
  first.execute(update, {"1", "first"});
  second.execute(update, {"2", "second"});
  const auto conflicts = [](Transaction& transaction, const char* id) {
    try {
      transaction.execute(update, {id, "both"});
      transaction.commit();
      return 0;
    } catch (const Conflict&) {
      return 1;
    }
  };
  auto crossing = std::async(std::launch::async, [&] { return conflicts(first, "2"); });
  const int lost = conflicts(second, "1");  // a failed statement gives up its locks at once
  CHECK(lost + crossing.get() == 1);
}

TEST_CASE_METHOD(Ledger, "A lock that another holds too long is a conflict") {
  auto impatient = options_for(database.owner_url());
  impatient.lock_timeout = std::chrono::milliseconds(100);
  Connection other(impatient);
  Transaction holder(owner, {});
  holder.execute(update, {"1", "held"});
  Transaction waiter(other, {});
  CHECK_THROWS_AS(waiter.execute(update, {"1", "wanted"}), Conflict);
}

TEST_CASE_METHOD(Ledger, "A statement that takes too long is an outage") {
  auto impatient = options_for(database.owner_url());
  impatient.statement_timeout = std::chrono::milliseconds(100);
  Connection other(impatient);
  CHECK_THROWS_AS(execute_alone(other, "SELECT pg_sleep(30)"), Unavailable);
  CHECK(execute_alone(other, "SELECT 1").integer(0, 0) == 1);
}

TEST_CASE_METHOD(Ledger, "A connection has one transaction at a time") {
  const Transaction transaction(owner, {});
  CHECK_THROWS_AS(Transaction(owner, {}), std::logic_error);
  CHECK_THROWS_AS(execute_alone(owner, "SELECT 1"), std::logic_error);
}

TEST_CASE_METHOD(Ledger, "Two hundred transcripts go in with one statement") {
  execute_alone(owner, "CREATE TABLE call_processing.transcript (words text)");
  const std::vector<std::string> transcripts(200,
                                             std::string(11'000, '"') + std::string(11'000, 'x'));
  Transaction transaction(owner, {});
  const auto rows =
      transaction.execute("INSERT INTO call_processing.transcript SELECT unnest($1::text[])",
                          {array_literal(transcripts)});
  CHECK(rows.affected() == 200);
  const auto sizes = transaction.execute(
      "SELECT min(length(words)), max(length(words)) FROM call_processing.transcript");
  CHECK(sizes.integer(0, 0) == 22'000);
  CHECK(sizes.integer(0, 1) == 22'000);
}

}  // namespace
}  // namespace hookswitch::postgres
