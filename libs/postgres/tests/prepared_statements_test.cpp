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

}  // namespace
}  // namespace hookswitch::postgres
