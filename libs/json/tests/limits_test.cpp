#include <hookswitch/json/document.hpp>

#include <catch2/catch.hpp>

#include <string>

using namespace hookswitch::json;

namespace {

std::string code_of(std::string_view text, const Limits& limits) {
  const auto document = Document::parse(text, limits);
  return document ? "" : document.error().code;
}

}  // namespace

TEST_CASE("two hundred thousand brackets are refused, not a crash", "[json]") {
  CHECK(code_of(std::string(200'000, '['), {}) == "too_deep");
  CHECK(code_of(std::string(200'000, '['), {.depth_max = 100'000}) == "too_deep");
  const std::string deep = std::string(200'000, '[') + std::string(200'000, ']');
  CHECK(code_of(deep, {.depth_max = 200'000, .members_max = 200'000}).empty());
}

TEST_CASE("each limit holds to the last one allowed", "[json]") {
  CHECK(code_of("[[1]]", {.depth_max = 2}).empty());
  CHECK(code_of("[[1]]", {.depth_max = 1}) == "too_deep");
  CHECK(code_of("1", {.depth_max = 0}).empty());
  CHECK(code_of("[]", {.depth_max = 0}) == "too_deep");
  CHECK(code_of("{\"a\":[1,2]}", {.members_max = 3}).empty());
  CHECK(code_of("{\"a\":[1,2]}", {.members_max = 2}) == "too_many_members");
  CHECK(code_of("1", {.members_max = 0}).empty());
  CHECK(code_of("[1]", {.bytes_max = 3}).empty());
  CHECK(code_of("[1 ]", {.bytes_max = 3}) == "too_large");
}

TEST_CASE("depth counts what is open, not what has been", "[json]") {
  std::string wide = "[";
  for (int i = 0; i < 1000; ++i) wide += "[[]],";
  CHECK(code_of(wide + "0]", {.depth_max = 3}).empty());
}
