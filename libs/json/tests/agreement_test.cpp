#include "texts.hpp"

#include <hookswitch/json/document.hpp>
#include <hookswitch/json/routing.hpp>

#include <catch2/catch.hpp>

#include <array>
#include <string>
#include <string_view>

using namespace hookswitch::json;

namespace {

std::string shown(const std::string& bytes) {
  return bytes.size() > 80 ? bytes.substr(0, 80) + "…" : bytes;
}

}  // namespace

TEST_CASE("every known good text is read and every known bad one refused", "[json]") {
  for (const auto& text : tests::texts()) {
    INFO(shown(text.bytes));
    const auto document = Document::parse(text.bytes);
    CHECK((document ? "" : document.error().code) == text.code);
  }
}

TEST_CASE("the picker refuses exactly what the document refuses, in the same words", "[json]") {
  for (const auto& text : tests::texts()) {
    INFO(shown(text.bytes));
    const auto document = Document::parse(text.bytes);
    const auto picked = pick(text.bytes, Places({}));
    REQUIRE(document.has_value() == picked.has_value());
    if (!document) CHECK(document.error() == picked.error());
  }
}

TEST_CASE("what a raw place may hold is what any may hold", "[json]") {
  constexpr std::array<std::string_view, 1> raw{"/raw"};
  const Limits limits{.depth_max = 20, .members_max = 1000};
  for (const auto& text : tests::texts()) {
    INFO(shown(text.bytes));
    const std::string within = "{\"raw\":[" + text.bytes + "]}";
    const auto whole = Document::parse(within, limits);
    const auto as_sent = Document::parse(within, limits, raw);
    REQUIRE(whole.has_value() == as_sent.has_value());
    if (!whole) {
      CHECK(whole.error() == as_sent.error());
      continue;
    }
    CHECK(whole->root()["raw"].raw_json() == as_sent->root()["raw"].raw_json());
    CHECK(whole->root()["raw"].size() == as_sent->root()["raw"].size());
  }
}

TEST_CASE("a control character is refused wherever in a long string it is", "[json]") {
  constexpr std::size_t length = 80;  // more than what is scanned in one step
  for (char control = 0; control < 0x20; ++control) {
    for (std::size_t at = 0; at < length; ++at) {
      std::string text = "{\"a\":\"" + std::string(length, 'a') + "\"}";
      text[6 + at] = control;
      INFO("character " << int{control} << " at " << at);
      const auto document = Document::parse(text);
      CHECK((document ? "" : document.error().code) == "not_json");
    }
  }
}

TEST_CASE("a refusal says where", "[json]") {
  CHECK(Document::parse("{\"a\":x}").error().message == "expected a value at byte 5");
  CHECK(Document::parse("\"abc\xFF\"").error().message == "malformed sequence at byte 4");
  CHECK(Document::parse("{} x").error().message.ends_with("at byte 3"));
  CHECK(Document::parse("[[1]]", {.depth_max = 1}).error().message ==
        "more than 1 levels at byte 1");
}

TEST_CASE("after a bad text the next good one is read as if nothing had been", "[json]") {
  for (const auto& text : tests::texts()) {
    INFO(shown(text.bytes));
    static_cast<void>(Document::parse(text.bytes));
    const auto document = Document::parse(R"({"a":[1,"\u00fc",1e400]})");
    REQUIRE(document.has_value());
    CHECK(document->root()["a"].at(1).string().value() == "\xC3\xBC");
    CHECK(document->root()["a"].at(2).raw_json() == "1e400");
  }
}
