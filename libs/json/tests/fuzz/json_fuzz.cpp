// Any bytes: the document, the picker and RapidJSON agree, and what is read can be read in every
// way.
#include "../second_opinion.hpp"

#include <hookswitch/json/document.hpp>
#include <hookswitch/json/routing.hpp>
#include <hookswitch/json/writer.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace json = hookswitch::json;

namespace {

void expect(bool holds) {
  if (!holds) std::abort();
}

/// Reads a place in every way; the walk goes only as deep as the limit.
void read_all(const json::Value& value) {
  static_cast<void>(value.integer().has_value());
  static_cast<void>(value.decimal().has_value());
  static_cast<void>(value.optional_boolean().has_value());
  const auto text = value.string();
  if (text) expect(json::is_utf8(*text));
  expect(!value.raw_json().empty());
  for (const json::Value& element : value.elements()) read_all(element);
  for (const auto& [name, member] : value.members()) {
    expect(json::is_utf8(name));
    expect(value[name].present());
    expect(value.count(name) >= 1);
    expect(json::is_utf8(member.path()));
    read_all(member);
  }
}

void expect_same(const json::Field& field, const json::Value& value, bool repeated) {
  expect(repeated == (field.count > 1));
  if (repeated) return;
  expect(field.kind == value.kind());
  if (field.kind == json::Value::Kind::string) expect(field.text == value.string().value());
  if (field.kind == json::Value::Kind::number) expect(field.text == value.raw_json());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  expect(json::tests::rapidjson_agrees(text));
  const json::Limits limits{.depth_max = 16, .members_max = 100};
  constexpr std::array<std::string_view, 3> pointers{"", "/a", "/c/a"};
  const auto document = json::Document::parse(text, limits);
  const auto picked = json::pick(text, pointers, limits);
  expect(document.has_value() == picked.has_value());
  if (!document) {
    expect(document.error() == picked.error());
    return 0;
  }
  const json::Value root = document->root();
  read_all(root);
  expect_same(picked->at(0), root, false);
  expect_same(picked->at(1), root["a"], root.count("a") > 1);
  if (root.count("c") <= 1) expect_same(picked->at(2), root["c"]["a"], root["c"].count("a") > 1);

  // A part taken out as it was sent, and put into another text, is the same part.
  json::Writer writer;
  const std::string again = writer.begin_array().raw(root.raw_json()).end_array().take();
  const auto reread = json::Document::parse(again, {.depth_max = 17, .members_max = 101});
  expect(reread.has_value() && reread->root().at(0).raw_json() == root.raw_json());
  return 0;
}
