#include "fixtures.hpp"

#include <hookswitch/testkit/real/test_database.hpp>

#include <catch2/catch.hpp>

namespace hookswitch::postgres {
namespace {

TEST_CASE("Texts of every kind come back from unnest as they went in") {
  const testkit::TestDatabase database;
  Connection connection(options_for(database.app_url()));
  const auto texts = misleading_texts();
  const auto rows = execute_alone(
      connection, "SELECT t FROM unnest($1::text[]) WITH ORDINALITY AS u(t, i) ORDER BY i",
      std::vector<Parameter>{array_literal(texts)});
  REQUIRE(rows.size() == texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    CHECK(rows.text(i, 0) == texts[i]);
  }
}

TEST_CASE("Bytes of every kind come back from a bytea as they went in") {
  const testkit::TestDatabase database;
  Connection connection(options_for(database.app_url()));
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  const auto rows =
      execute_alone(connection, "SELECT b, length(b) FROM unnest($1::bytea[]) AS u(b)",
                    std::vector<Parameter>{array_literal(std::vector{bytea_literal(bytes)})});
  CHECK(bytea_bytes(rows.text(0, 0)) == bytes);
  CHECK(rows.integer(0, 1) == 256);
}

TEST_CASE("Integers come back as they went in") {
  const testkit::TestDatabase database;
  Connection connection(options_for(database.app_url()));
  const std::vector<std::int64_t> numbers{INT64_MIN, -1, 0, INT64_MAX};
  const auto rows = execute_alone(
      connection, "SELECT n FROM unnest($1::bigint[]) WITH ORDINALITY AS u(n, i) ORDER BY i",
      std::vector<Parameter>{array_literal(numbers)});
  REQUIRE(rows.size() == numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) CHECK(rows.integer(i, 0) == numbers[i]);
}

}  // namespace
}  // namespace hookswitch::postgres
