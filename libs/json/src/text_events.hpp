#pragma once
#include "in_situ_text.hpp"
#include "rapidjson_reader.hpp"
#include "utf8.hpp"

#include <hookswitch/json/document.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hookswitch::json {

/// Stands between RapidJSON and a sink: counts depth and members, checks what RapidJSON lets pass,
/// and turns places in the private copy into places in the text as sent.
///
/// A sink has: scalar(Kind, offset, length), string(decoded, offset), key(decoded), begin(Kind,
/// offset) and end(offset of the closing bracket). Offsets count from the start of the text.
template <class Sink>
class Gate {
 public:
  Gate(Sink& sink, const InSituText& text, rapidjson::InsituStringStream& stream,
       const Limits& limits)
      : sink_(sink), text_(text), stream_(stream), limits_(limits) {}

  bool Null() { return literal(Value::Kind::null, 4); }
  bool Bool(bool value) { return literal(Value::Kind::boolean, value ? 4 : 5); }
  bool RawNumber(const char* digits, rapidjson::SizeType length, bool /*copy*/) {
    return admit() && (sink_.scalar(Value::Kind::number, text_.offset_of(digits), length), true);
  }
  bool String(const char* decoded, rapidjson::SizeType length, bool /*copy*/) {
    const std::size_t offset = text_.offset_of(decoded) - 1;
    // A number that RapidJSON would refuse for its size was masked as a string of the same length.
    if (text_.masked_number_at(offset)) {
      return admit() && (sink_.scalar(Value::Kind::number, offset, std::size_t{length} + 2), true);
    }
    if (!decoded_is_utf8({decoded, length}, offset) || !admit()) return false;
    sink_.string(std::string_view(decoded, length), offset);
    return true;
  }
  bool Key(const char* decoded, rapidjson::SizeType length, bool /*copy*/) {
    const std::size_t offset = text_.offset_of(decoded) - 1;
    if (text_.masked_number_at(offset)) return refuse("not_json", offset, "expected a member name");
    if (!decoded_is_utf8({decoded, length}, offset)) return false;
    sink_.key(std::string_view(decoded, length));
    return true;
  }
  bool StartObject() { return begin(Value::Kind::object); }
  bool StartArray() { return begin(Value::Kind::array); }
  bool EndObject(rapidjson::SizeType /*members*/) { return end(); }
  bool EndArray(rapidjson::SizeType /*elements*/) { return end(); }

  // Never called: numbers come as text.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }

  [[nodiscard]] const std::optional<Rejection>& rejection() const { return rejection_; }

 private:
  /// RapidJSON reports a literal when it has just read it.
  bool literal(Value::Kind kind, std::size_t length) {
    return admit() && (sink_.scalar(kind, stream_.Tell() - length, length), true);
  }
  bool begin(Value::Kind kind) {
    const std::size_t offset = stream_.Tell();
    if (depth_ >= limits_.depth_max) {
      return refuse("too_deep", offset,
                    "more than " + std::to_string(limits_.depth_max) + " levels");
    }
    if (!admit()) return false;
    ++depth_;
    sink_.begin(kind, offset);
    return true;
  }
  bool end() {
    --depth_;
    sink_.end(stream_.Tell());
    return true;
  }
  /// One more value; the root is no member.
  bool admit() {
    if (values_++ <= limits_.members_max) return true;
    return refuse("too_many_members", stream_.Tell(),
                  "more than " + std::to_string(limits_.members_max));
  }
  /// RapidJSON 1.1 decodes a lone low surrogate escape (backslash udc00) into bytes that are no
  /// UTF-8.
  bool decoded_is_utf8(std::string_view decoded, std::size_t offset) {
    if (!text_.may_hold_lone_surrogate() || is_utf8(decoded)) return true;
    return refuse("not_utf8", offset, "escaped half of a surrogate pair in the string");
  }
  bool refuse(const char* code, std::size_t offset, const std::string& why) {
    rejection_ = Rejection{code, "", why + " at byte " + std::to_string(offset)};
    return false;
  }

  Sink& sink_;
  const InSituText& text_;
  rapidjson::InsituStringStream& stream_;
  const Limits& limits_;
  std::size_t depth_ = 0;
  std::size_t values_ = 0;
  std::optional<Rejection> rejection_;
};

/// Parses the text into the sink through the copy, which keeps the decoded strings afterwards. On a
/// rejection the sink has seen a part only. `Sink::restart()` is called before each pass.
template <class Sink>
std::optional<Rejection> parse_events(InSituText& copy, const Limits& limits, Sink& sink) {
  if (auto refused = copy.load(limits.bytes_max)) return refused;
  for (;;) {
    sink.restart();
    rapidjson::InsituStringStream stream(copy.data());
    Gate<Sink> gate(sink, copy, stream, limits);
    const rapidjson::ParseResult result = thread_reader().parse(stream, gate);
    if (gate.rejection()) return gate.rejection();
    if (!result.IsError()) {
      // A NUL ends the text for RapidJSON; for us it is one more byte that is not JSON.
      if (stream.Tell() == copy.text().size()) return std::nullopt;
      return not_json("unexpected byte", stream.Tell());
    }
    if (result.Code() == rapidjson::kParseErrorNumberTooBig && copy.mask_big_numbers()) continue;
    return not_json(reason_of(result.Code()), result.Offset());
  }
}

}  // namespace hookswitch::json
