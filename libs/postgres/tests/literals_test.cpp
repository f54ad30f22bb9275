#include <hookswitch/postgres/connection.hpp>

#include <catch2/catch.hpp>

namespace hookswitch::postgres {
namespace {

using Texts = std::vector<std::string>;

TEST_CASE("An array literal quotes every text, so that none is taken for NULL or for two") {
  CHECK(array_literal(Texts{"a", "NULL", "b,c", "{d}", " e "}) ==
        R"({"a","NULL","b,c","{d}"," e "})");
}

TEST_CASE("Quotes and backslashes in a text are escaped") {
  CHECK(array_literal(Texts{R"(say "hi")", R"(C:\dir)"}) == R"({"say \"hi\"","C:\\dir"})");
}

TEST_CASE("An empty text is empty, not NULL") { CHECK(array_literal(Texts{""}) == R"({""})"); }

TEST_CASE("No values make an empty array") {
  CHECK(array_literal(Texts{}) == "{}");
  CHECK(array_literal(std::vector<std::int64_t>{}) == "{}");
}

TEST_CASE("Integers keep their sign and their range") {
  CHECK(array_literal(std::vector<std::int64_t>{0, -1, INT64_MAX, INT64_MIN}) ==
        "{0,-1,9223372036854775807,-9223372036854775808}");
}

TEST_CASE("A NUL character is refused, for what follows it would be lost") {
  const std::string nul("a\0b", 3);
  CHECK_THROWS_AS(array_literal(std::vector{nul}), StatementError);
}

TEST_CASE("Bytes go to the hex form and back") {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  CHECK(bytea_literal(std::string_view("\x00\xff", 2)) == "\\x00ff");
  CHECK(bytea_bytes(bytea_literal(bytes)) == bytes);
  CHECK(bytea_bytes("\\xDEADbeef") == "\xde\xad\xbe\xef");
  CHECK(bytea_bytes("\\x").empty());
}

TEST_CASE("What is no bytea in its hex form is refused") {
  for (const char* wrong : {"", "abc", "\\x1", "\\xzz", "\\"}) {
    CHECK_THROWS_AS(bytea_bytes(wrong), std::logic_error);
  }
}

}  // namespace
}  // namespace hookswitch::postgres
