#include "second_opinion.hpp"

#include <hookswitch/json/document.hpp>

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <string>
#include <vector>

namespace hookswitch::json::tests {
namespace {

/// Every string and name, in their order.
struct Characters : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Characters> {
  std::vector<std::string> all;
  bool Default() { return true; }
  bool RawNumber(const char* /*digits*/, rapidjson::SizeType /*length*/, bool /*copy*/) {
    return true;
  }
  bool String(const char* characters, rapidjson::SizeType length, bool /*copy*/) {
    all.emplace_back(characters, length);
    return true;
  }
  bool Key(const char* characters, rapidjson::SizeType length, bool copy) {
    return String(characters, length, copy);
  }
};

void collect(const Value& value, std::vector<std::string>& all) {
  if (value.kind() == Value::Kind::string) all.emplace_back(value.string().value());
  for (const Value& element : value.elements()) collect(element, all);
  for (const auto& [name, member] : value.members()) {
    all.emplace_back(name);
    collect(member, all);
  }
}

}  // namespace

bool rapidjson_agrees(std::string_view text) {
  // A NUL is the end for RapidJSON.
  if (text.empty() || text.find('\0') != std::string_view::npos) return true;
  constexpr unsigned flags = rapidjson::kParseIterativeFlag |
                             rapidjson::kParseNumbersAsStringsFlag |
                             rapidjson::kParseValidateEncodingFlag;
  rapidjson::MemoryStream bytes(text.data(), text.size());
  rapidjson::Reader reader;
  Characters theirs;
  const auto result = reader.Parse<flags>(bytes, theirs);
  if (result.Code() == rapidjson::kParseErrorNumberTooBig) return true;
  const auto ours = Document::parse(text);
  if (!ours) {
    // It takes a lone low half of a surrogate pair, and knows no limits.
    return result.IsError() || ours.error().code != "not_json";
  }
  std::vector<std::string> characters;
  collect(ours->root(), characters);
  return !result.IsError() && characters == theirs.all;
}

}  // namespace hookswitch::json::tests
