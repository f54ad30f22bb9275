#pragma once
#include "not_json.hpp"
#include "number.hpp"
#include "strings.hpp"
#include "token_starts.hpp"

#include <hookswitch/json/document.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hookswitch::json {

/// The memory of parsing, reused from one text of a thread to the next.
struct ParserMemory {
  TokenStarts tokens;
  std::string open;  ///< the closing brackets of what is open, innermost last
};
[[nodiscard]] ParserMemory& thread_parser_memory();

/// "too_large", or nothing.
[[nodiscard]] std::optional<Rejection> size_refused(std::string_view text, const Limits& limits);
/// Why TokenStarts refused the text: "not_utf8", or "not_json" for its strings.
[[nodiscard]] Rejection tokens_refused(std::string_view text);

/// Takes a text's tokens one after another, checks that they are JSON within the limits, and tells
/// the sink.
///
/// A sink has: scalar(Kind, offset, length), string(DecodedString, offset, length),
/// key(DecodedString), begin(Kind, offset) and end(offset of the closing bracket). Offsets count
/// from the start of the text, lengths are in bytes as sent.
///
/// What is done for each token is inlined by force, and what refuses kept out of it: left to itself
/// the compiler makes a dozen calls a member, which take a third of the time.
template <class Sink>
class Parser {
 public:
  Parser(Sink& sink, Strings& strings, ParserMemory& memory, const Limits& limits)
      : sink_(sink),
        strings_(strings),
        text_(strings.text()),
        token_(memory.tokens.offsets()),
        next_(*token_),
        open_(memory.open),
        limits_(limits) {
    open_.clear();
  }

  std::optional<Rejection> parse() {
    bool good = value();
    while (good && !open_.empty()) good = open_.back() == '}' ? member() : element();
    if (good && next_ < text_.size()) good = refuse_json("unexpected byte", next_);
    return std::move(rejection_);
  }

 private:
  /// What begins at the next token; the text's end for none.
  [[nodiscard]] char next() const { return next_ < text_.size() ? text_[next_] : '\0'; }
  /// Goes on to the token behind; gives where this one began.
  std::size_t take() {
    const std::size_t at = next_;
    next_ = *++token_;
    return at;
  }

  /// A name, its value and what may follow it.
  [[gnu::always_inline]] bool member() {
    if (next() != '"') return refuse_json("expected a member name", next_);
    const std::size_t at = take();
    DecodedString decoded;
    if (!decode(at, end_of_string(at), decoded)) return false;
    sink_.key(decoded);
    if (next() != ':') return refuse_json("expected a colon", next_);
    take();
    return element();
  }
  [[gnu::always_inline]] bool element() { return value() && (opened_ || separator()); }

  /// A comma, with another member or element behind it, or the closing brackets up to one.
  [[gnu::always_inline]] bool separator() {
    while (!open_.empty()) {
      if (next() == ',') {
        take();
        return true;
      }
      if (next() != open_.back()) {
        return refuse_json("expected a comma or a closing bracket", next_);
      }
      close();
    }
    return true;
  }

  [[gnu::always_inline]] bool value() {
    opened_ = false;
    switch (next()) {
      case '{':
        return begin(Value::Kind::object, '}');
      case '[':
        return begin(Value::Kind::array, ']');
      case '"':
        return string();
      case 't':
        return literal(Value::Kind::boolean, "true");
      case 'f':
        return literal(Value::Kind::boolean, "false");
      case 'n':
        return literal(Value::Kind::null, "null");
      default:
        return scalar(Value::Kind::number, number_length(text_.substr(next_)));
    }
  }

  bool literal(Value::Kind kind, std::string_view word) {
    return scalar(kind, text_.substr(next_).starts_with(word) ? word.size() : 0);
  }
  /// Where it ends there must be the next token or space, behind which is the next token.
  [[gnu::always_inline]] bool scalar(Value::Kind kind, std::size_t length) {
    if (length == 0) return refuse_json("expected a value", next_);
    const std::size_t at = take();
    const std::size_t end = at + length;
    if (end != next_ && !is_space(text_[end])) return refuse_json("expected a value", at);
    if (!admit(at)) return false;
    sink_.scalar(kind, at, length);
    return true;
  }
  [[gnu::always_inline]] bool string() {
    const std::size_t at = take();
    const std::size_t end = end_of_string(at);
    DecodedString decoded;
    if (!decode(at, end, decoded) || !admit(at)) return false;
    sink_.string(decoded, at, end - at);
    return true;
  }
  /// Just behind its closing quote, which is the last that is not space before the next token.
  [[nodiscard]] std::size_t end_of_string(std::size_t open) const {
    std::size_t end = next_;
    while (end > open && is_space(text_[end - 1])) --end;
    return end;
  }
  [[gnu::always_inline]] bool decode(std::size_t open, std::size_t end, DecodedString& into) {
    if (end < open + 2 || text_[end - 1] != '"') return refuse_json("unclosed string", open);
    return strings_.view(open, end - 1, into) || decode_escapes(open, end - 1, into);
  }
  [[gnu::noinline]] bool decode_escapes(std::size_t open, std::size_t close, DecodedString& into) {
    auto refused = strings_.decode(open, close, into);
    return !refused || refuse(*std::move(refused));
  }

  [[gnu::always_inline]] bool begin(Value::Kind kind, char closing) {
    const std::size_t at = take();
    if (open_.size() >= limits_.depth_max) {
      return refuse_limit("too_deep", limits_.depth_max, " levels", at);
    }
    if (!admit(at)) return false;
    open_.push_back(closing);
    sink_.begin(kind, at);
    if (next() == closing) {
      close();
    } else {
      opened_ = true;
    }
    return true;
  }
  [[gnu::always_inline]] void close() {
    open_.pop_back();
    sink_.end(take());
  }

  /// One more value; the root is no member.
  [[gnu::always_inline]] bool admit(std::size_t at) {
    return values_++ <= limits_.members_max ||
           refuse_limit("too_many_members", limits_.members_max, "", at);
  }

  static bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

  [[gnu::cold, gnu::noinline]] bool refuse_limit(const char* code, std::size_t limit,
                                                 const char* of, std::size_t at) {
    return refuse(
        {code, "", "more than " + std::to_string(limit) + of + " at byte " + std::to_string(at)});
  }
  [[gnu::cold, gnu::noinline]] bool refuse_json(std::string_view why, std::size_t at) {
    return refuse(not_json(why, at));
  }
  [[gnu::cold, gnu::noinline]] bool refuse(Rejection rejection) {
    rejection_ = std::move(rejection);
    return false;
  }

  Sink& sink_;
  Strings& strings_;
  const std::string_view text_;
  const std::uint32_t* token_;
  std::size_t next_;  ///< where the next token begins: *token_; the text's end when there is none
  std::string& open_;
  const Limits& limits_;
  bool opened_ = false;  ///< the last value is a container that is not closed yet
  std::size_t values_ = 0;
  std::optional<Rejection> rejection_;
};

/// Parses the text, which size_refused() has let pass, into the sink; the strings keep what they
/// have decoded. On a rejection the sink has seen a part only.
template <class Sink>
std::optional<Rejection> parse_into(Sink& sink, Strings& strings, std::string_view text,
                                    const Limits& limits) {
  constexpr std::size_t kept_bytes = std::size_t{256} * 1024;
  ParserMemory& memory = thread_parser_memory();
  std::optional<Rejection> refused;
  if (memory.tokens.find(text)) {
    strings.assign(text);
    refused = Parser<Sink>(sink, strings, memory, limits).parse();
  } else {
    refused = tokens_refused(text);
  }
  memory.tokens.shrink_to(kept_bytes);
  return refused;
}

}  // namespace hookswitch::json
