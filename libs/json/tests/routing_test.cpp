#include <hookswitch/json/routing.hpp>

#include <catch2/catch.hpp>

#include <array>
#include <string>

using namespace hookswitch::json;
using Kind = Value::Kind;

namespace {

Field field(std::string_view text, std::string_view pointer) {
  const std::array pointers{pointer};
  return pick(text, Places(pointers)).value().at(0);
}

}  // namespace

TEST_CASE("what routing needs is picked out of a call", "[routing]") {
  const std::string text =
      R"({"event":"call_ended","call":{"call_id":"call_\u00fc","transcript_object":[{"call_id":"no"}],
          "to_number":"+493023125017","agent_version":1.50,"opt_in":true,"metadata":{"call_id":"no"},"x":null}})";
  const std::array<std::string_view, 8> pointers{
      "/event",  "/call/call_id",  "/call/agent_version",     "/call/opt_in",
      "/call/x", "/call/metadata", "/call/transcript_object", "/call/from_number"};
  const auto fields = pick(text, Places(pointers)).value();
  CHECK(fields[0].text == "call_ended");
  CHECK(fields[1].text == "call_\xC3\xBC");
  CHECK(fields[1].count == 1);
  CHECK(fields[2].kind == Kind::number);
  CHECK(fields[2].text == "1.50");
  CHECK(fields[3].kind == Kind::boolean);
  CHECK(fields[3].text == "true");
  CHECK(fields[4].kind == Kind::null);
  CHECK(fields[4].count == 1);
  CHECK(fields[5].kind == Kind::object);
  CHECK(fields[6].kind == Kind::array);
  CHECK(fields[7].kind == Kind::absent);
  CHECK(fields[7].count == 0);
}

TEST_CASE("a repeated key is noticed, wherever on the way it is repeated", "[routing]") {
  CHECK(field(R"({"a":1,"a":2})", "/a").count == 2);
  CHECK(field(R"({"a":1,"a":2})", "/a").text == "1");
  CHECK(field(R"({"a":1,"\u0061":2,"a":3})", "/a").count == 3);
  CHECK(field(R"({"c":{"a":1},"c":{"a":2}})", "/c/a").count == 2);
  CHECK(field(R"({"c":{"a":1},"c":{"a":2}})", "/c/a").text == "1");
  CHECK(field(R"({"c":{},"c":{"a":2}})", "/c/a").count == 2);
  CHECK(field(R"({"c":{},"c":{"a":2}})", "/c/a").kind == Kind::absent);
  CHECK(field(R"({"c":{"a":1},"c":5})", "/c/a").count == 2);
  CHECK(field(R"({"b":1,"b":2,"a":3})", "/a").count == 1);
}

TEST_CASE("only the place itself counts, not one that looks like it", "[routing]") {
  CHECK(field(R"({"x":{"a":1},"a":2})", "/a").text == "2");
  CHECK(field(R"({"c":[{"a":1}],"d":{"a":2}})", "/c/a").count == 0);
  CHECK(field(R"([{"a":1}])", "/a").count == 0);
  CHECK(field(R"([{"a":1}])", "/0/a").count == 0);
  CHECK(field(R"({"c":{"x":{"a":1}},"a":3})", "/c/a").count == 0);
  CHECK(field(R"({"c":1,"a":{"a":{"a":5}}})", "/a/a/a").text == "5");
  CHECK(field(R"({"c":{"a":{"b":1}},"b":2})", "/c/a/b").text == "1");
  CHECK(field("\"whole\"", "").text == "whole");
  CHECK(field("\"whole\"", "").count == 1);
  CHECK(field("{}", "").kind == Kind::object);
  CHECK(field(R"({"":{"":7}})", "//").text == "7");
  CHECK(field(R"({"a/b~c":8})", "/a~1b~0c").text == "8");
}

TEST_CASE("numbers of any size are picked as sent", "[routing]") {
  CHECK(field(R"({"a":1e400,"b":"1e400"})", "/a").text == "1e400");
  CHECK(field(R"({"a":1e400,"b":"1e400"})", "/a").kind == Kind::number);
  CHECK(field(R"({"a":1e400,"b":"1e400"})", "/b").kind == Kind::string);
  CHECK(field(R"({"a":1e400,"a":1})", "/a").count == 2);
}

TEST_CASE("a pointer that is none is the programmer's mistake", "[routing]") {
  for (const std::string_view pointer :
       {"a", "/a~2", "/a~", "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17"}) {
    INFO(pointer);
    const std::array pointers{pointer};
    CHECK_THROWS_AS(Places(pointers), std::invalid_argument);
  }
  constexpr std::array<std::string_view, 3> distinct{"/a/b", "/a", "/a/~0b"};
  CHECK(Places(distinct).size() == 3);
  constexpr std::array<std::string_view, 3> same{"/a/b", "/a", "/a/b"};
  CHECK_THROWS_AS(Places(same), std::invalid_argument);
}
