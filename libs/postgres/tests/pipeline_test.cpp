#include "fixtures.hpp"

#include <hookswitch/testkit/real/test_database.hpp>

#include <catch2/catch.hpp>

namespace hookswitch::postgres {
namespace {

struct Shelf {
  Shelf() {
    execute_alone(owner, "CREATE TABLE call_processing.shelf (id int PRIMARY KEY, book text)");
    execute_alone(owner,
                  "CREATE TABLE call_processing.loan (shelf int REFERENCES call_processing.shelf"
                  " DEFERRABLE INITIALLY DEFERRED)");
  }
  std::string books() {
    return std::string(execute_alone(owner,
                                     "SELECT coalesce(string_agg(book, ' ' ORDER BY id), '') FROM "
                                     "call_processing.shelf")
                           .text(0, 0));
  }

  testkit::TestDatabase database;
  Connection owner{options_for(database.owner_url())};
};

const std::string put = "INSERT INTO call_processing.shelf VALUES ($1::int, $2)";
const std::string rename = "UPDATE call_processing.shelf SET book = book || $1";
const std::string lend = "INSERT INTO call_processing.loan VALUES ($1::int)";

std::string sqlstate_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const StatementError& error) {
    return error.sqlstate();
  }
  return "no StatementError";
}

TEST_CASE_METHOD(Shelf, "What is queued is done in its order, before the next statement") {
  Transaction transaction(owner, {});
  transaction.queue(put, {"1", "a"});
  transaction.queue(rename, {"b"});
  transaction.queue(rename, {"c"});
  CHECK(transaction.execute("SELECT book FROM call_processing.shelf").text(0, 0) == "abc");
  transaction.queue(rename, {"d"});
  transaction.commit();
  CHECK(books() == "abcd");
}

TEST_CASE_METHOD(Shelf, "What is asked is answered by whatever is sent next, in its order") {
  const std::string look = "SELECT string_agg(book, ' ' ORDER BY id) FROM call_processing.shelf";
  Transaction transaction(owner, {});
  transaction.queue(put, {"1", "a"});
  const auto one = transaction.ask(look, {});
  transaction.queue(put, {"2", "b"});
  const auto two = transaction.ask(look, {});
  CHECK_THROWS_AS(one.rows(), std::logic_error);
  transaction.flush();
  CHECK(one.rows().text(0, 0) == "a");
  CHECK(two.rows().text(0, 0) == "a b");
  const auto three = transaction.ask(look, {});
  CHECK(transaction.execute(put + " RETURNING id", {"3", "c"}).text(0, 0) == "3");
  CHECK(three.rows().text(0, 0) == "a b");
}

TEST_CASE_METHOD(Shelf, "Where a statement fails there is no answer to what was asked behind it") {
  Transaction transaction(owner, {});
  transaction.queue("SELECT 1/$1::int", {"0"});
  const auto asked = transaction.ask("SELECT 1", {});
  CHECK(sqlstate_of([&] { transaction.flush(); }) == "22012");
  CHECK_THROWS_AS(asked.rows(), std::logic_error);
  CHECK(sqlstate_of([&] { static_cast<void>(transaction.ask("SELECT 1", {})); }) == "25P02");
}

TEST_CASE_METHOD(Shelf, "The last statement's rows come with the commit") {
  Transaction transaction(owner, {});
  transaction.queue(put, {"1", "a"});
  const std::vector<Parameter> parameters{"2", "b"};
  const auto rows = transaction.execute_and_commit(put + " RETURNING book", parameters);
  CHECK(rows.text(0, 0) == "b");
  CHECK(books() == "a b");
  CHECK_THROWS_AS(transaction.execute("SELECT 1"), std::logic_error);
}

TEST_CASE_METHOD(Shelf, "What is queued and not sent is not done") {
  {
    Transaction transaction(owner, {});
    transaction.queue(put, {"1", "a"});
  }
  CHECK(books().empty());
  Connection nowhere(options_for("postgresql://nobody@127.0.0.1:1/nothing"));
  Transaction transaction(nowhere, {});
  transaction.queue(put, {"1", "a"});
  CHECK_THROWS_AS(transaction.flush(), Unavailable);
}

TEST_CASE_METHOD(Shelf, "A queued statement that is refused is told by what sends it") {
  {
    Transaction transaction(owner, {});
    transaction.queue(put, {"1", "a"});
    transaction.queue(put, {"1", "a again"});
    transaction.queue(put, {"2", "b"});
    CHECK(sqlstate_of([&] { transaction.execute(put, {"3", "c"}); }) == "23505");
    CHECK(sqlstate_of([&] { transaction.execute(put, {"4", "d"}); }) == "25P02");
    CHECK(sqlstate_of([&] { transaction.commit(); }) == "25P02");
  }
  CHECK(books().empty());
  Transaction transaction(owner, {});
  transaction.queue(put, {"5", "e"});
  transaction.commit();
  CHECK(books() == "e");
}

TEST_CASE_METHOD(Shelf, "What only the commit finds wrong leaves nothing behind") {
  {
    Transaction transaction(owner, {});
    transaction.queue(put, {"1", "a"});
    const std::vector<Parameter> nowhere{"7"};
    CHECK(sqlstate_of([&] { transaction.execute_and_commit(lend, nowhere); }) == "23503");
  }
  CHECK(books().empty());
}

TEST_CASE_METHOD(Shelf,
                 "What is refused when a statement by itself commits is that statement's fault") {
  const std::vector<Parameter> nowhere{"7"};
  CHECK(sqlstate_of([&] { execute_alone(owner, lend, nowhere); }) == "23503");
  CHECK(execute_alone(owner, "SELECT count(*) FROM call_processing.loan").integer(0, 0) == 0);
}

TEST_CASE_METHOD(Shelf, "A refusal before anything was sent does not let the rest run by itself") {
  const std::string nul("a\0b", 3);
  {
    Transaction transaction(owner, {});
    CHECK(sqlstate_of([&] { transaction.execute(put, {"1", nul}); }) == "22021");
    CHECK(sqlstate_of([&] { transaction.execute(put, {"2", "b"}); }) == "25P02");
    CHECK(sqlstate_of([&] { transaction.queue(put, {"3", "c"}); }) == "25P02");
  }
  CHECK(books().empty());
}

TEST_CASE_METHOD(Shelf, "What was to be prepared behind a refusal is prepared the next time") {
  {
    Transaction transaction(owner, {});
    transaction.execute(put, {"1", "a"});
  }
  {
    Transaction transaction(owner, {});
    transaction.queue("SELECT 1/$1::int", {"0"});
    CHECK(sqlstate_of([&] { transaction.execute(put, {"1", "a"}); }) == "22012");
  }
  for (const auto* id : {"1", "2"}) {
    Transaction transaction(owner, {});
    transaction.execute(put, {id, "a"});
    transaction.commit();
  }
  CHECK(books() == "a a");
}

// Neither waits for the other to read first.
TEST_CASE_METHOD(Shelf, "Megabytes go out while megabytes come back") {
  std::string big;
  big.resize(30'000'000, 'x');
  Transaction transaction(owner, {});
  transaction.queue("SELECT repeat('y', 30000000 + $1::int)", {"0"});
  const auto rows = transaction.execute("SELECT length($1), repeat('z', 30000000)", {big});
  CHECK(rows.integer(0, 0) == 30'000'000);
  CHECK(rows.text(0, 1).size() == 30'000'000);
}

}  // namespace
}  // namespace hookswitch::postgres
