#include "second_opinion.hpp"

#include "texts.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <string>

using namespace hookswitch::json::tests;

namespace {

/// Bytes that mean something in JSON, so that what is broken is broken in more than its first
/// place.
constexpr std::string_view telling =
    "{}[]:,\"\\ \n\t0123456789-+.eEtrufalsn\x01\x7F\x80\xBF\xC3\xE2\xF0\xFF";

std::string mutated(std::string text, std::mt19937& random) {
  const auto below = [&](std::size_t bound) { return random() % bound; };
  for (std::size_t changes = 1 + below(3); changes > 0; --changes) {
    const std::size_t at = below(text.size() + 1);
    const char c = telling[below(telling.size())];
    switch (below(4)) {
      case 0:
        text.insert(at, 1, c);
        break;
      case 1:
        text.erase(at, 1 + below(3));
        break;
      case 2:
        if (at < text.size()) text[at] = c;
        break;
      default:
        text.insert(at, text.substr(below(text.size() + 1), below(70)));
    }
  }
  return text;
}

}  // namespace

TEST_CASE("RapidJSON agrees on every known text", "[json]") {
  for (const auto& text : texts()) {
    INFO(text.bytes.substr(0, 80));
    CHECK(rapidjson_agrees(text.bytes));
  }
}

TEST_CASE("RapidJSON agrees on what becomes of good texts when bytes of them change", "[json]") {
  std::mt19937 random(20261126);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same texts each time
  const std::string webhook =
      R"({"event":"call_ended","call":{"call_id":"c","transcript":"Gr\u00fc\u00DF Gott,\n\"ja\" \\","agent_version":1,)"
      R"("call_cost":{"combined_cost":0.1250,"product_costs":[{"product":"tts","cost":1e-3},{}]},"opt":[true,false,null,"\ud83d\ude00"],)"
      "\"umlaut\":\"\xC3\xBC\xE2\x82\xAC\xF0\x9F\x98\x80\" , \"empty\" : { } , \"none\" : [ ] } }";
  REQUIRE(rapidjson_agrees(webhook));
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = mutated(webhook, random);
    INFO(text);
    if (!rapidjson_agrees(text)) FAIL("they do not agree");
  }
}
