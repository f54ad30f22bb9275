// Any bytes: the document reads what a reader of ours without a thought for speed reads, copied or
// where it lies, the picker and RapidJSON agree, and what is read can be read in every way.
#include "../second_opinion.hpp"
#include "reference_reader.hpp"

#include <hookswitch/json/document.hpp>
#include <hookswitch/json/routing.hpp>
#include <hookswitch/json/writer.hpp>

#include <algorithm>
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

std::string told(std::string_view text) {
  return std::to_string(text.size()) + ":" + std::string(text);
}

/// The document in the words of the reference.
std::string told(const json::Value& value) {
  std::string all;
  switch (value.kind()) {
    case json::Value::Kind::absent:
      std::abort();
    case json::Value::Kind::null:
      return "0";
    case json::Value::Kind::boolean:
      return value.boolean().value() ? "t" : "f";
    case json::Value::Kind::number:
      return "n" + std::string(value.raw_json()) + ";";
    case json::Value::Kind::string:
      return "s" + told(value.string().value());
    case json::Value::Kind::array:
      for (const json::Value& element : value.elements()) all += told(element);
      return "[" + all + "]";
    case json::Value::Kind::object:
      for (const auto& [name, member] : value.members()) all += "k" + told(name) + told(member);
      return "{" + all + "}";
  }
  std::abort();
}

struct Measures {
  std::size_t depth = 0;
  std::size_t members = 0;
};

Measures measures_of(const json::Value& value) {
  Measures all;
  const auto add = [&all](const Measures& child) {
    all.depth = std::max(all.depth, child.depth);
    all.members += child.members + 1;
  };
  for (const json::Value& element : value.elements()) add(measures_of(element));
  for (const auto& [name, member] : value.members()) add(measures_of(member));
  const bool nests =
      value.kind() == json::Value::Kind::array || value.kind() == json::Value::Kind::object;
  if (nests) ++all.depth;
  return all;
}

bool within(const Measures& measures, const json::Limits& limits) {
  return measures.depth <= limits.depth_max && measures.members <= limits.members_max;
}

/// Without limits to speak of, what is read is what the reference reads; with limits, it is that or
/// a refusal that names the limit.
void expect_as_reference(std::string_view text, const json::Limits& limits,
                         const hookswitch::Result<json::Document>& limited) {
  const auto whole =
      json::Document::parse(text, {.depth_max = text.size(), .members_max = text.size()});
  const auto reference =
      json::is_utf8(text) ? json::fuzz::ReferenceReader::told(text) : std::nullopt;
  expect(whole.has_value() == reference.has_value());
  if (!whole) {
    const auto& code = whole.error().code;
    expect(code == (json::is_utf8(text) ? "not_json" : "not_utf8") ||
           (code == "not_utf8" && text.find("\\u") != text.npos));
    expect(!limited.has_value() && !limited.error().message.empty());
    return;
  }
  expect(told(whole->root()) == *reference);
  expect(limited.has_value() == within(measures_of(whole->root()), limits));
  if (limited) {
    expect(told(limited->root()) == *reference);
  } else {
    expect(limited.error().code == "too_deep" || limited.error().code == "too_many_members");
  }
}

void expect_same(const json::Field& field, const json::Value& value, bool repeated) {
  expect(repeated == (field.count > 1));
  if (repeated) return;
  expect(field.kind == value.kind());
  if (field.kind == json::Value::Kind::string) expect(field.text == value.string().value());
  if (field.kind == json::Value::Kind::number) expect(field.text == value.raw_json());
}

/// What is read does not depend on whether the text was copied.
void expect_same(const hookswitch::Result<json::Document>& copied,
                 const hookswitch::Result<json::Document>& borrowed) {
  expect(copied.has_value() == borrowed.has_value());
  if (copied) {
    expect(told(copied->root()) == told(borrowed->root()));
  } else {
    expect(copied.error() == borrowed.error());
  }
}

/// The same, told of the raw member by its size and the bytes as sent.
std::string told_but_raw(const json::Value& root, std::string_view raw) {
  if (root.kind() != json::Value::Kind::object) return told(root);
  std::string all;
  for (const auto& [name, member] : root.members()) {
    const bool nests =
        member.kind() == json::Value::Kind::array || member.kind() == json::Value::Kind::object;
    all += "k" + told(name);
    all += name == raw && nests ? told(member.raw_json()) + std::to_string(member.size())
                                : told(member);
  }
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const json::Limits limits{.depth_max = 16, .members_max = 100};
  constexpr std::array<std::string_view, 3> pointers{"", "/a", "/c/a"};
  static const json::Places places(pointers);
  const auto document = json::Document::parse(text, limits);
  const auto picked = json::pick(text, places, limits);
  expect_as_reference(text, limits, document);
  expect(json::tests::rapidjson_agrees(text));
  constexpr std::array<std::string_view, 1> raw{"/a"};
  const auto as_sent = json::Document::parse_borrowed(text, limits, raw);
  expect_same(json::Document::parse(text, limits, raw), as_sent);
  expect_same(document, json::Document::parse_borrowed(text, limits));
  expect(document.has_value() == picked.has_value());
  expect(document.has_value() == as_sent.has_value());
  if (!document) {
    expect(document.error() == picked.error());
    expect(document.error() == as_sent.error());
    return 0;
  }
  expect(told_but_raw(document->root(), "a") == told_but_raw(as_sent->root(), "a"));
  const json::Value closed = as_sent->root()["a"];
  expect(closed.elements().empty() && closed.members().empty() && !closed.at(0).present());
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
