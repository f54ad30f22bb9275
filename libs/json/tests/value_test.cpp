#include <hookswitch/json/document.hpp>

#include <catch2/catch.hpp>

#include <string>

using namespace hookswitch;
using namespace hookswitch::json;

namespace {

/// The rejection of a read as "code /path", or "" when it was fine.
template <class T>
std::string refusal(const Result<T>& result) {
  return result ? "" : result.error().code + " " + result.error().field;
}

}  // namespace

TEST_CASE("every refusal names the field", "[json]") {
  const auto document =
      Document::parse(R"({"call":{"end":"soon","items":[{"cost":"x"}],"a/b~c":{"":1}}})").value();
  const Value call = document.root()["call"];
  CHECK(refusal(call["end"].integer()) == "wrong_type /call/end");
  CHECK(refusal(call["items"].at(0)["cost"].decimal()) == "wrong_type /call/items/0/cost");
  CHECK(refusal(call["items"].at(7).string()) == "missing_field /call/items/7");
  CHECK(refusal(call["a/b~c"][""].string()) == "wrong_type /call/a~1b~0c/");
  CHECK(refusal(call["call_id"].string()) == "missing_field /call/call_id");
  CHECK(refusal(document.root()["chat"]["chat_id"].string()) == "missing_field /chat");
  CHECK(refusal(document.root().string()) == "wrong_type ");
  CHECK(refusal(call["end"].optional_boolean()) == "wrong_type /call/end");
}

TEST_CASE("null and absent are nothing to an optional read, and wrong to a required one",
          "[json]") {
  const auto document = Document::parse(R"({"a":null,"b":false,"c":"","d":0})").value();
  const Value root = document.root();
  CHECK(root["a"].optional_string().value() == std::nullopt);
  CHECK(root["x"].optional_string().value() == std::nullopt);
  CHECK(root["a"].optional_integer().value() == std::nullopt);
  CHECK(root["a"].optional_decimal().value() == std::nullopt);
  CHECK(root["a"].optional_boolean().value() == std::nullopt);
  CHECK(root["b"].optional_boolean().value() == false);
  CHECK(root["c"].optional_string().value() == "");
  CHECK(root["d"].optional_integer().value() == 0);
  CHECK(root["d"].optional_decimal().value() == Decimal{});
  CHECK(refusal(root["a"].string()) == "wrong_type /a");
  CHECK(root["a"].present());
  CHECK(root["a"].absent_or_null());
  CHECK_FALSE(root["x"].present());
}

TEST_CASE("an integer may be written with a point or an exponent if it is one", "[json]") {
  const auto integer = [](const std::string& text) {
    const auto document = Document::parse(text).value();
    return document.root().integer();
  };
  CHECK(integer("1.0").value() == 1);
  CHECK(integer("5e0").value() == 5);
  CHECK(integer("50e-1").value() == 5);
  CHECK(integer("-1.50e2").value() == -150);
  CHECK(integer("-0").value() == 0);
  CHECK(integer("0.0e999999999999999999999").value() == 0);
  CHECK(integer("1795421801207").value() == 1'795'421'801'207);
  CHECK(integer("1795421801207.000").value() == 1'795'421'801'207);
  CHECK(integer("9223372036854775807").value() == INT64_MAX);
  CHECK(integer("-9223372036854775808").value() == INT64_MIN);
  CHECK(integer("-9223372036854775808.0").value() == INT64_MIN);
  for (const char* text : {"5.5", "1e-1", "9223372036854775808", "-9223372036854775809", "1e19",
                           "1e400", "9.3e18", "1e-400", "123456789012345678901234567890"}) {
    INFO(text);
    CHECK(refusal(integer(text)) == "wrong_type ");
  }
}

TEST_CASE("money keeps its digits", "[json]") {
  const auto document = Document::parse(R"({"cost":22.1666725,"far":1e400})").value();
  CHECK(document.root()["cost"].decimal().value() == Decimal(221'666'725, -7));
  CHECK(refusal(document.root()["far"].decimal()) == "not_exact /far");
}

TEST_CASE("of duplicate keys the first is read and all are counted", "[json]") {
  const auto document = Document::parse(R"({"a":1,"b":0,"a":2,"\u0061":3})").value();
  CHECK(document.root()["a"].integer().value() == 1);
  CHECK(document.root().count("a") == 3);
  CHECK(document.root().count("b") == 1);
  CHECK(document.root().count("c") == 0);
  CHECK(document.root().size() == 4);
}

TEST_CASE("members and elements come in the order sent", "[json]") {
  const auto document = Document::parse(R"({"z":[3,[1],{"x":0},2],"a":{"k":"v"}})").value();
  const Value root = document.root();
  CHECK(root.member_names() == std::vector<std::string_view>{"z", "a"});
  const auto elements = root["z"].elements();
  REQUIRE(elements.size() == 4);
  CHECK(elements[0].integer().value() == 3);
  CHECK(elements[1].at(0).path() == "/z/1/0");
  CHECK(elements[2]["x"].path() == "/z/2/x");
  CHECK(elements[3].integer().value() == 2);
  REQUIRE(root["a"].members().size() == 1);
  CHECK(root["a"].members()[0].first == "k");
  CHECK(root["a"].members()[0].second.string().value() == "v");
}

TEST_CASE("looking for what cannot be there finds nothing", "[json]") {
  const auto document = Document::parse(R"({"s":"x","n":1,"l":[]})").value();
  const Value root = document.root();
  CHECK_FALSE(root["s"]["x"].present());
  CHECK_FALSE(root["l"]["x"].present());
  CHECK_FALSE(root["l"].at(0).present());
  CHECK_FALSE(root.at(0).present());
  CHECK(root["s"].size() == 0);
  CHECK(root["n"].elements().empty());
  CHECK(root["n"].members().empty());
  CHECK(root["none"].at(3)["x"].kind() == Value::Kind::absent);
  CHECK(root["none"].count("x") == 0);
}

TEST_CASE("reading a hundred thousand elements in turn takes no long search each", "[json]") {
  std::string text = "[";
  for (int i = 0; i < 100'000; ++i) text += std::to_string(i) + ",";
  text += "0]";
  const auto document = Document::parse(text).value();
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < document.root().size(); ++i) {
    sum += document.root().at(i).integer().value();
  }
  CHECK(sum == std::int64_t{100'000} * 99'999 / 2);
}
