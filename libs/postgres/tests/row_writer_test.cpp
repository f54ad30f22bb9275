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
    rows.reserve("words", 1, 5);
    CHECK_THROWS_AS(rows.reserve("word", 1, 5), std::logic_error);
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

TEST_CASE("Rows of several tables go out in one statement, and none of them is left behind") {
  const testkit::TestDatabase database;
  Connection owner(options_for(database.owner_url()));
  for (const auto* table : {"one", "two", "three"}) {
    execute_alone(owner, "CREATE TABLE call_processing." + std::string(table) +
                             " (id int PRIMARY KEY, word text)");
  }
  const auto insert = [](std::string_view table, const std::vector<std::string>& cells) {
    RowWriter rows("call_processing." + std::string(table), {{"id", "integer"}, {"word", "text"}});
    for (const auto& cell : cells) rows.add(cell);
    auto then = rows.replacing(1);
    return Insert{std::move(rows), std::move(then)};
  };
  const auto write = [&](std::vector<Insert> inserts) {
    Transaction transaction(owner, {});
    RowWriter::write_together(transaction, inserts);
    transaction.commit();
  };
  const auto words = [&] {
    return std::string(
        execute_alone(owner,
                      "SELECT concat((SELECT string_agg(word, ' ' ORDER BY id) FROM "
                      "call_processing.one), '|', (SELECT string_agg(word, ' ' "
                      "ORDER BY id) FROM call_processing.two), '|', (SELECT "
                      "string_agg(word, ' ' ORDER BY id) FROM call_processing.three))")
            .text(0, 0));
  };
  write({});
  write({insert("one", {}), insert("two", {})});
  CHECK(words() == "||");
  write({insert("one", {"1", "a", "2", "b"}), insert("two", {}), insert("three", {"1", "c"})});
  CHECK(words() == "a b||c");
  write({insert("one", {"2", "B"}), insert("two", {"1", "d"}), insert("three", {"1", "C"})});
  CHECK(words() == "a B|d|C");
  write({insert("two", {"1", "D"})});
  CHECK(words() == "a B|D|C");
  CHECK_THROWS_AS(write({insert("one", {"1", "x"}), insert("two", {"1"})}), std::logic_error);
  CHECK(words() == "a B|D|C");
}

}  // namespace hookswitch::postgres
