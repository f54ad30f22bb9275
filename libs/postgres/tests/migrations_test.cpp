#include "fixtures.hpp"

#include <hookswitch/postgres/migrations.hpp>
#include <hookswitch/testkit/real/test_database.hpp>

#include <catch2/catch.hpp>

#include <future>

namespace hookswitch::postgres {
namespace {

using Names = std::vector<std::string>;

const std::vector<Migration> steps{
    {"0001_note",
     "CREATE TABLE call_processing.note (id int); INSERT INTO call_processing.note VALUES (1);"},
    {"0002_words", "ALTER TABLE call_processing.note ADD COLUMN words text;"}};

struct Schema {
  Names run(const std::vector<Migration>& migrations) {
    return migrate(owner, "call_processing", migrations);
  }
  std::int64_t count(const std::string& table) {
    return execute_alone(owner, "SELECT count(*) FROM call_processing." + table).integer(0, 0);
  }

  testkit::TestDatabase database;
  Connection owner{options_for(database.owner_url())};
};

TEST_CASE_METHOD(Schema, "A fresh schema gets every step, in order, once") {
  CHECK(run(steps) == Names{"0001_note", "0002_words"});
  CHECK(run(steps).empty());
  CHECK(count("note") == 1);
  CHECK(count("migration") == 2);
}

TEST_CASE_METHOD(Schema, "A schema that is behind gets what it lacks") {
  CHECK(run({steps[0]}) == Names{"0001_note"});
  CHECK(run(steps) == Names{"0002_words"});
}

TEST_CASE_METHOD(Schema,
                 "A step that was changed after it was applied is named and nothing is done") {
  run({steps[0]});
  auto changed = steps;
  changed[0].sql += " -- a comment";
  CHECK_THROWS_WITH(run(changed), Catch::Contains("0001_note") && Catch::Contains("another text"));
  CHECK(count("migration") == 1);
}

TEST_CASE_METHOD(Schema, "A step that fails leaves nothing of itself and everything before it") {
  const std::vector<Migration> failing{
      steps[0], {"0002_wrong", "CREATE TABLE call_processing.half (id int); SELECT nonsense;"}};
  CHECK_THROWS_WITH(run(failing), Catch::Contains("0002_wrong"));
  CHECK(count("migration") == 1);
  CHECK(execute_alone(owner, "SELECT to_regclass('call_processing.half')").at(0, 0) ==
        std::nullopt);
  CHECK(run(steps) == Names{"0002_words"});
}

TEST_CASE_METHOD(Schema, "A step whose session ends, or that cannot go on, has not been applied") {
  const auto* sql = GENERATE("SELECT pg_terminate_backend(pg_backend_pid());",
                             "COPY call_processing.note FROM STDIN;");
  CHECK_THROWS_AS(run({steps[0], {"0002_ends", sql}}), Unavailable);
  CHECK(run(steps) == Names{"0002_words"});
}

TEST_CASE_METHOD(Schema, "A step that this build does not have is named") {
  run(steps);
  CHECK_THROWS_WITH(run({steps[0]}), Catch::Contains("0002_words"));
}

TEST_CASE_METHOD(Schema, "A step that slipped in before an applied one is refused") {
  run(steps);
  auto more = steps;
  more.insert(more.begin() + 1, {"0001_z", "SELECT 1"});
  CHECK_THROWS_WITH(run(more), Catch::Contains("0001_z"));
}

TEST_CASE_METHOD(Schema, "Replicas that start together take turns") {
  const auto replica = [this] {
    Connection connection(options_for(database.owner_url()));
    const std::vector<Migration> slow{
        steps[0],
        {"0002_slow", "SELECT pg_sleep(0.3); CREATE TABLE call_processing.slow (id int);"}};
    return migrate(connection, "call_processing", slow).size();
  };
  auto first = std::async(std::launch::async, replica);
  auto second = std::async(std::launch::async, replica);
  auto third = std::async(std::launch::async, replica);
  CHECK(first.get() + second.get() + third.get() == 2);
  CHECK(count("note") == 1);
}

TEST_CASE_METHOD(Schema,
                 "The application's role cannot migrate, nor touch the record of migrations") {
  Connection app(options_for(database.app_url()));
  CHECK_THROWS_WITH(migrate(app, "call_processing", steps),
                    Catch::Contains("call_processing_owner"));
  run(steps);
  CHECK_THROWS_AS(execute_alone(app, "DELETE FROM call_processing.migration"), StatementError);
}

TEST_CASE_METHOD(Schema, "A schema that does not exist is made") {
  Connection superuser(options_for(database.superuser_url()));
  CHECK(migrate(superuser, "billing",
                std::vector<Migration>{{"0001_bill", "CREATE TABLE billing.bill (id int)"}}) ==
        Names{"0001_bill"});
}

TEST_CASE_METHOD(Schema, "A name that is no schema's is refused before it gets into SQL") {
  CHECK_THROWS_AS(migrate(owner, "a; DROP", steps), std::invalid_argument);
}

}  // namespace
}  // namespace hookswitch::postgres
