#include <hookswitch/json/document.hpp>
#include <hookswitch/json/writer.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>

using namespace hookswitch::json;

TEST_CASE("a text is written compactly, in the order of the calls", "[writer]") {
  Writer writer;
  writer.begin_object();
  writer.key("id").string("a\"\\\n\x01");
  writer.key("list").begin_array().integer(INT64_MIN).boolean(true).null().raw("1.50").end_array();
  writer.key("part").raw(R"({"x": 1})").end_object();
  CHECK(writer.take() ==
        R"({"id":"a\"\\\n\u0001","list":[-9223372036854775808,true,null,1.50],"part":{"x": 1}})");
}

TEST_CASE("every control character is escaped, wherever in a long string it is", "[writer]") {
  constexpr std::size_t length = 40;
  for (char control = 0; control < 0x20; ++control) {
    for (std::size_t at = 0; at < length; ++at) {
      std::string value(length, 'a');
      value[at] = control;
      Writer writer;
      const std::string text = writer.string(value).take();
      INFO("character " << int{control} << " at " << at);
      CHECK(std::none_of(text.begin(), text.end(), [](char c) { return c >= 0 && c < 0x20; }));
      CHECK(Document::parse(text).value().root().string().value() == value);
    }
  }
}

TEST_CASE("a writer can be used again after its text was taken", "[writer]") {
  Writer writer;
  CHECK(writer.string("").take() == "\"\"");
  CHECK(writer.begin_array().end_array().take() == "[]");
}

TEST_CASE("bytes that are no UTF-8 become the replacement character", "[writer]") {
  Writer writer;
  writer.begin_object().key("k\xFF").string("J\xC3\xBCrgen \xC3( \xED\xA0\x80").end_object();
  const std::string text = writer.take();
  CHECK(is_utf8(text));
  CHECK(text.starts_with("{\"k\xEF\xBF\xBD\":\"J\xC3\xBCrgen \xEF\xBF\xBD( \xEF\xBF\xBD"));
}

TEST_CASE("what is written is read back", "[writer]") {
  std::string all;
  for (int c = 0; c < 0x80; ++c) all.push_back(static_cast<char>(c));
  Writer writer;
  const std::string text = writer.begin_array().string(all).end_array().take();
  CHECK(Document::parse(text).value().root().at(0).string().value() == all);
}
