#include "fixtures.hpp"

#include <hookswitch/testkit/real/test_database.hpp>

#include <catch2/catch.hpp>

namespace hookswitch::postgres {
namespace {

struct Words {
  Words() {
    execute_alone(owner, "CREATE TABLE call_processing.words (id int PRIMARY KEY, word int)");
    execute_alone(owner, "INSERT INTO call_processing.words VALUES (1, 10), (2, 20)");
  }
  std::string word(int id) {
    Transaction transaction(owner, {});
    return std::string(transaction
                           .execute("SELECT word FROM call_processing.words WHERE id = $1::int",
                                    {std::to_string(id)})
                           .text(0, 0));
  }
  std::int64_t prepared() {
    return execute_alone(owner,
                         "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE "
                         "'SELECT word FROM%'")
        .integer(0, 0);
  }
  void forget_statements() {
    Transaction transaction(owner, {});
    transaction.execute("DEALLOCATE ALL");
    transaction.commit();
  }

  testkit::TestDatabase database;
  Connection owner{options_for(database.owner_url())};
};

TEST_CASE_METHOD(Words, "What is executed a second time is prepared, and gives the same") {
  CHECK(word(1) == "10");
  CHECK(prepared() == 0);
  CHECK(word(2) == "20");
  CHECK(prepared() == 1);
  for (int i = 0; i < 10; ++i) CHECK(word(1 + i % 2) == (i % 2 == 0 ? "10" : "20"));
  CHECK(prepared() == 1);
}

TEST_CASE_METHOD(Words, "Where prepared statements do not last it goes on without them") {
  for (int i = 0; i < 3; ++i) CHECK(word(1) == "10");
  forget_statements();  // as a pooler does, by handing us another session
  CHECK_THROWS_AS(word(1), Unavailable);
  for (int i = 0; i < 3; ++i) CHECK(word(1) == "10");
  CHECK(prepared() == 0);
}

TEST_CASE_METHOD(Words, "A statement that is older than its tables is prepared anew") {
  for (int i = 0; i < 3; ++i) CHECK(word(1) == "10");
  Connection migrating{options_for(database.owner_url())};
  execute_alone(migrating, "ALTER TABLE call_processing.words ALTER COLUMN word TYPE bigint");
  CHECK_THROWS_AS(word(1), Unavailable);
  for (int i = 0; i < 3; ++i) CHECK(word(1) == "10");
  CHECK(prepared() == 1);
}

/// Whose plans are kept, as a consumer's are.
struct KeptPlans : Words {
  KeptPlans() {
    execute_alone(owner, "ALTER TABLE call_processing.words SET (autovacuum_enabled = false)");
    execute_alone(owner, "ANALYZE call_processing.words");  // two rows: not worth an index
  }
  static ConnectionOptions options(const testkit::TestDatabase& database) {
    auto options = options_for(database.owner_url());
    options.keeps_plans = true;
    return options;
  }
  void ask(int times) {
    for (int i = 0; i < times; ++i) {
      Transaction transaction(keeping, {});
      transaction.execute(statement, {"1"});
      transaction.commit();
    }
  }
  bool reads_the_whole_table() {
    Transaction transaction(keeping, {});
    const std::string name(
        transaction
            .execute("SELECT name FROM pg_prepared_statements WHERE statement = '" + statement +
                     "'")
            .text(0, 0));
    const auto plan = transaction.execute("EXPLAIN EXECUTE " + name + "(1)");
    return plan.text(0, 0).starts_with("Seq Scan");
  }

  std::string statement = "SELECT word FROM call_processing.words WHERE id = $1::int";
  Connection keeping{options(database)};
};

TEST_CASE_METHOD(KeptPlans,
                 "A plan that is kept does not stay for ever behind a table that grows") {
  ask(2);
  REQUIRE(reads_the_whole_table());
  execute_alone(
      owner, "INSERT INTO call_processing.words SELECT n, n FROM generate_series(3, 20000) AS n");
  ask(10);
  CHECK(reads_the_whole_table());
  ask(1000);
  CHECK_FALSE(reads_the_whole_table());
}

}  // namespace
}  // namespace hookswitch::postgres
