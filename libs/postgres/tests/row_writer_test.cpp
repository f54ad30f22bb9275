#include "fixtures.hpp"

#include <hookswitch/postgres/row_writer.hpp>
#include <hookswitch/testkit/real/test_database.hpp>

#include <catch2/catch.hpp>

#include <stdexcept>

namespace hookswitch::postgres {

TEST_CASE("Rows are inserted in one statement, replaced by their key, and never shifted") {
  const testkit::TestDatabase database;
  Connection owner(options_for(database.owner_url()));
  execute_alone(owner,
                "CREATE TABLE call_processing.note (a text, b int, words text[],"
                " PRIMARY KEY (a, b))");
  const auto write = [&](const std::vector<std::optional<std::string>>& cells) {
    RowWriter rows(
        "call_processing.note",
        {{"a", "text"}, {"b", "integer"}, {"words", "text", "string_to_array(words, ' ')"}});
    for (const auto& cell : cells) rows.add(cell);
    Transaction transaction(owner, {});
    rows.write(transaction, rows.replacing(2));
    transaction.commit();
  };
  write({});
  write({"x", "1", "{\"q,", "x", "2", std::nullopt});
  write({"x", "1", "new words"});
  CHECK_THROWS_AS(write({"x", "3"}), std::logic_error);
  const auto rows =
      execute_alone(owner, "SELECT b, words[1], words[2] FROM call_processing.note ORDER BY b");
  REQUIRE(rows.size() == 2);
  CHECK(rows.text(0, 1) == "new");
  CHECK(rows.text(0, 2) == "words");
  CHECK_FALSE(rows.at(1, 1).has_value());
}

}  // namespace hookswitch::postgres
