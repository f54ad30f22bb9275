#include "fixtures.hpp"

#include <hookswitch/testkit/real/test_database.hpp>

#include <catch2/catch.hpp>

#include <stdexcept>

namespace hookswitch::postgres {
namespace {

/// The elements in their order, as PostgreSQL shows them.
std::vector<std::optional<std::string>> shown(Connection& connection, const std::string& type,
                                              const Array& array) {
  const auto rows = execute_alone(
      connection,
      "SELECT e FROM unnest($1::" + type + "[]) WITH ORDINALITY AS u(e, place) ORDER BY place",
      std::vector<Parameter>{array});
  std::vector<std::optional<std::string>> all;
  for (std::size_t i = 0; i < rows.size(); ++i) all.emplace_back(rows.at(i, 0));
  return all;
}

using Texts = std::vector<std::optional<std::string>>;

TEST_CASE("Arrays of every type come out of unnest as they went in") {
  const testkit::TestDatabase database;
  Connection connection(options_for(database.app_url()));

  Texts texts{std::nullopt};
  Array of_text(Array::Of::text);
  of_text.reserve(2, 10);  // room that is too small changes nothing
  of_text.add_null();
  for (const auto& text : misleading_texts()) {
    texts.emplace_back(text);
    of_text.add(text);
  }
  CHECK(shown(connection, "text", of_text) == texts);

  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  Array of_bytea(Array::Of::bytea);
  of_bytea.add(bytes);
  of_bytea.add_null();
  const auto byteas = shown(connection, "bytea", of_bytea);
  REQUIRE(byteas.size() == 2);
  CHECK(bytea_bytes(byteas[0].value()) == bytes);
  CHECK_FALSE(byteas[1].has_value());

  Array of_bigint(Array::Of::bigint);
  for (const auto number : {INT64_MIN, std::int64_t{-1}, std::int64_t{0}, INT64_MAX}) {
    of_bigint.add(number);
  }
  CHECK(shown(connection, "bigint", of_bigint) ==
        Texts{"-9223372036854775808", "-1", "0", "9223372036854775807"});

  Array of_integer(Array::Of::integer);
  for (const auto number : {INT32_MIN, 7, INT32_MAX}) of_integer.add(number);
  CHECK(shown(connection, "integer", of_integer) == Texts{"-2147483648", "7", "2147483647"});

  const std::string id = "6b1f5c0e-2d7a-5e41-9b52-0d3c7e61a418";
  Array of_uuid(Array::Of::uuid);
  of_uuid.add(Uuid::parse(id).value());
  CHECK(shown(connection, "uuid", of_uuid) == Texts{id});

  CHECK(shown(connection, "text", Array(Array::Of::text)).empty());
}

TEST_CASE("A text that Postgres cannot store is refused, and the session goes on") {
  const testkit::TestDatabase database;
  Connection connection(options_for(database.app_url()));
  for (const std::string& text : {std::string("a\0b", 3), std::string("\xC3")}) {
    Array array(Array::Of::text);
    array.add(text);
    try {
      shown(connection, "text", array);
      FAIL("it was taken");
    } catch (const StatementError& error) {
      CHECK(error.sqlstate() == "22021");
    }
  }
  Array good(Array::Of::text);
  good.add("good");
  CHECK(shown(connection, "text", good) == Texts{"good"});
}

TEST_CASE("Elements of another type are the programmer's mistake") {
  Array array(Array::Of::text);
  CHECK_THROWS_AS(array.add(std::int64_t{1}), std::logic_error);
  CHECK_THROWS_AS(array.add(Uuid{}), std::logic_error);
  CHECK_THROWS_AS(Array(Array::Of::bigint).add("1"), std::logic_error);
  CHECK_THROWS_AS(Array(Array::Of::bigint).add(std::int32_t{1}), std::logic_error);
}

TEST_CASE("Texts and arrays come among a statement's parameters in any order") {
  const testkit::TestDatabase database;
  Connection connection(options_for(database.app_url()));
  Array array(Array::Of::text);
  array.add("first");
  const auto row = execute_alone(connection, "SELECT $1::text, ($2::text[])[1], $3::text",
                                 std::vector<Parameter>{std::nullopt, array, "behind"});
  CHECK(row.at(0, 0) == std::nullopt);
  CHECK(row.text(0, 1) == "first");
  CHECK(row.text(0, 2) == "behind");
}

}  // namespace
}  // namespace hookswitch::postgres
