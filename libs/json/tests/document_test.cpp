#include <hookswitch/json/document.hpp>

#include <catch2/catch.hpp>

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

using namespace hookswitch::json;

TEST_CASE("every part can be had back as the bytes that were sent", "[json]") {
  const std::string text =
      R"( {"n" : 1.50 , "s":"a\"\u00fc\\", "o" : { "x":[1, 2 ] ,"y":{}}, "t":true,"f":false,"z":null,"big":1e400} )";
  const auto document = Document::parse(text).value();
  const Value root = document.root();
  CHECK(root["n"].raw_json() == "1.50");
  CHECK(root["s"].raw_json() == R"("a\"\u00fc\\")");
  CHECK(root["o"].raw_json() == R"({ "x":[1, 2 ] ,"y":{}})");
  CHECK(root["o"]["x"].raw_json() == "[1, 2 ]");
  CHECK(root["o"]["y"].raw_json() == "{}");
  CHECK(root["t"].raw_json() == "true");
  CHECK(root["f"].raw_json() == "false");
  CHECK(root["z"].raw_json() == "null");
  CHECK(root["big"].raw_json() == "1e400");
  CHECK(root["none"].raw_json().empty());
  CHECK(root.raw_json() == text.substr(1, text.size() - 2));
  CHECK(root["o"].raw_json().data() >= text.data());
  CHECK(root["o"].raw_json().data() < text.data() + text.size());
}

TEST_CASE("a borrowed text is read where it lies", "[json]") {
  constexpr std::array<std::string_view, 1> raw{"/turns"};
  const std::string text =
      R"({"name":"Lakeside","escaped":"a\u00fcb","turns":[{"x":1}],"n":-7,"list":["x"]})";
  const auto document = Document::parse_borrowed(text, {}, raw).value();
  const Value root = document.root();
  const auto lies_in_text = [&](std::string_view part) {
    return part.data() >= text.data() && part.data() + part.size() <= text.data() + text.size();
  };
  CHECK(root["name"].string().value() == "Lakeside");
  CHECK(lies_in_text(root["name"].string().value()));
  CHECK(root["escaped"].string().value() == "a\u00fcb");
  CHECK_FALSE(lies_in_text(root["escaped"].string().value()));
  CHECK(root["turns"].raw_json() == R"([{"x":1}])");
  CHECK(root["n"].integer().value() == -7);
  CHECK(root["list"].at(0).string().value() == "x");
  const std::string not_json = "{\"a\":}";
  CHECK(Document::parse_borrowed(not_json).error().code == "not_json");
  const std::string none;
  CHECK(Document::parse_borrowed(none).error().code == Document::parse(none).error().code);
}

TEST_CASE("of a raw place there is what was sent, and nothing in it", "[json]") {
  constexpr std::array<std::string_view, 4> raw{"/a/turns", "/turns", "/words", "/list/turns"};
  const std::string text =
      R"({"a":{"turns":[ {"b":"\n","c":[1,2]}, 3, "x" ],"n":1},"turns":{"words":[1],"k":2},)"
      R"("words":"text","list":["words",[4],{"turns":[7]},[5]],"empty":1,"turns":[]})";
  const auto document = Document::parse(text, {}, raw).value();
  const Value root = document.root();
  const Value turns = root["a"]["turns"];
  CHECK(turns.kind() == Value::Kind::array);
  CHECK(turns.size() == 3);
  CHECK(turns.raw_json() == R"([ {"b":"\n","c":[1,2]}, 3, "x" ])");
  CHECK(turns.elements().empty());
  CHECK_FALSE(turns.at(0).present());
  CHECK(turns.at(0).path() == "/a/turns/0");
  CHECK(root["turns"].kind() == Value::Kind::object);
  CHECK(root["turns"].size() == 2);
  CHECK(root["turns"].members().empty());
  CHECK_FALSE(root["turns"]["k"].present());
  // All else is as it always is, also beside and behind them.
  CHECK(root["a"]["n"].integer().value() == 1);
  CHECK(root["words"].string().value() == "text");
  CHECK(root["list"].size() == 4);
  CHECK(root["list"].at(1).at(0).integer().value() == 4);
  CHECK(root["list"].at(2)["turns"].at(0).integer().value() == 7);
  CHECK(root["list"].at(3).at(0).integer().value() == 5);
  CHECK(root.count("turns") == 2);
  CHECK(root.members().back().second.raw_json() == "[]");
}

TEST_CASE("a raw place is that place and no other of its name", "[json]") {
  constexpr std::array<std::string_view, 1> raw{"/call/turns"};
  const auto element_at = [&](const std::string& text, const std::vector<std::string>& way) {
    const auto document = Document::parse(text, {}, raw).value();
    Value at = document.root();
    for (const auto& name : way) at = at[name];
    REQUIRE(at.size() == 1);
    return std::string(at.at(0).raw_json());
  };
  CHECK(element_at(R"({"call":{"turns":[1]}})", {"call", "turns"}).empty());
  CHECK(element_at(R"({"turns":[1]})", {"turns"}) == "1");
  CHECK(element_at(R"({"call":{"custom":{"turns":[1]}}})", {"call", "custom", "turns"}) == "1");
  CHECK(element_at(R"({"x":{"call":{"turns":[1]}}})", {"x", "call", "turns"}) == "1");
  CHECK(element_at(R"({"call/turns":[1]})", {"call/turns"}) == "1");
  CHECK(element_at(R"({"recall":{"turns":[1]}})", {"recall", "turns"}) == "1");
  CHECK(element_at(R"({"call":{"returns":[1]}})", {"call", "returns"}) == "1");
}

TEST_CASE("the text that was parsed is not touched", "[json]") {
  const std::string text = R"({"a":"\u00fc\n","b":1e400})";
  const std::string before = text;
  const auto document = Document::parse(text).value();
  CHECK(document.root()["a"].string().value() == "\xC3\xBC\n");
  CHECK(text == before);
}

TEST_CASE("strings and names outlive the text, as long as their document does", "[json]") {
  auto text = std::make_unique<std::string>(
      R"({"a name beyond any small buffer":"a value, too, \u00fc and beyond"})");
  const auto document = Document::parse(*text).value();
  text->assign(text->size(), 'x');
  text.reset();
  const Value value = document.root()["a name beyond any small buffer"];
  CHECK(value.string().value() == "a value, too, \xC3\xBC and beyond");
  CHECK(document.root().member_names().at(0) == "a name beyond any small buffer");
}

TEST_CASE("values stay good when their document moves", "[json]") {
  const std::string text = R"({"a":{"b":"c"}})";
  auto first = Document::parse(text).value();
  const Value value = first.root()["a"]["b"];
  auto second = std::move(first);
  CHECK(value.string().value() == "c");
  CHECK(value.path() == "/a/b");
  auto third = Document::parse("[]").value();
  third = std::move(second);
  CHECK(value.string().value() == "c");
}

TEST_CASE("several documents live side by side, also across threads", "[json]") {
  const std::string one = R"({"a":"1"})";
  const std::string two = R"({"a":"2"})";
  const auto first = Document::parse(one).value();
  const auto second = Document::parse(two).value();
  CHECK(first.root()["a"].string().value() == "1");
  CHECK(second.root()["a"].string().value() == "2");
  std::string seen;
  std::thread([&, made = Document::parse(one).value()]() mutable {
    const auto mine = std::move(made);
    seen = std::string(mine.root()["a"].string().value());
  }).join();
  CHECK(seen == "1");
}

TEST_CASE("a string may hold any character, a NUL included", "[json]") {
  const std::string text = R"({"a\u0000b":"x\u0000y\ud83d\ude00\u20AC"})";
  const auto document = Document::parse(text).value();
  const std::string name("a\0b", 3);
  CHECK(document.root()[name].string().value() ==
        std::string("x\0y\xF0\x9F\x98\x80\xE2\x82\xAC", 10));
}

TEST_CASE("a large text after small ones and small after large are read alike", "[json]") {
  const std::string large =
      "[\"" + std::string(1'000'000, 'x') + "\"," + std::string(100'000, ' ') + "[1,2,3]]";
  for (int i = 0; i < 3; ++i) {
    const auto document = Document::parse(large).value();
    CHECK(document.root().at(0).string().value().size() == 1'000'000);
    CHECK(document.root().at(1).at(2).integer().value() == 3);
    CHECK(Document::parse("[1]").value().root().size() == 1);
  }
}
