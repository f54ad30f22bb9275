#include "strings.hpp"

#include "not_json.hpp"

#include <algorithm>

namespace hookswitch::json {
namespace {

/// The four hexadecimal digits at `at`, or nothing.
std::optional<std::uint32_t> hex4(std::string_view digits) {
  if (digits.size() < 4) return std::nullopt;
  std::uint32_t value = 0;
  for (const char c : digits.substr(0, 4)) {
    std::uint32_t digit = 0;
    if (c >= '0' && c <= '9') {
      digit = static_cast<std::uint32_t>(c - '0');
    } else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
      digit = static_cast<std::uint32_t>((c | 0x20) - 'a') + 10;
    } else {
      return std::nullopt;
    }
    value = value * 16 + digit;
  }
  return value;
}

void append_utf8(std::string& to, std::uint32_t code) {
  const auto push = [&](std::uint32_t byte) { to.push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    push(code);
  } else if (code < 0x800) {
    push(0xC0U | (code >> 6U));
    push(0x80U | (code & 0x3FU));
  } else if (code < 0x10000) {
    push(0xE0U | (code >> 12U));
    push(0x80U | ((code >> 6U) & 0x3FU));
    push(0x80U | (code & 0x3FU));
  } else {
    push(0xF0U | (code >> 18U));
    push(0x80U | ((code >> 12U) & 0x3FU));
    push(0x80U | ((code >> 6U) & 0x3FU));
    push(0x80U | (code & 0x3FU));
  }
}

bool high_half(std::uint32_t code) { return code >= 0xD800 && code < 0xDC00; }
bool low_half(std::uint32_t code) { return code >= 0xDC00 && code < 0xE000; }

/// What an escape of two characters stands for; NUL for none.
char short_escape(char letter) {
  switch (letter) {
    case '"':
    case '\\':
    case '/':
      return letter;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return '\0';
  }
}

Rejection bad_escape(std::size_t offset) { return not_json("not an escape of JSON", offset); }

}  // namespace

void Strings::assign(std::string_view text) {
  text_ = text;
  decoded_.clear();
  look_for_backslash(0);
}

void Strings::look_for_backslash(std::size_t from) {
  backslash_ = std::min(text_.find('\\', from), text_.size());
}

std::optional<Rejection> Strings::decode(std::size_t open, std::size_t close, DecodedString& into) {
  const std::size_t start = decoded_.size();
  if (auto refused = unescape(open + 1, close)) return refused;
  look_for_backslash(close);
  into = {static_cast<std::uint32_t>(text_.size() + start),
          std::string_view(decoded_).substr(start)};
  return std::nullopt;
}

std::optional<Rejection> Strings::unescape(std::size_t from, std::size_t close) {
  std::size_t backslash = backslash_;
  while (backslash < close) {
    decoded_.append(text_, from, backslash - from);
    const std::string_view escape = text_.substr(backslash + 1, close - backslash - 1);
    if (escape.empty()) return bad_escape(backslash);
    if (escape.front() != 'u') {
      const char stands_for = short_escape(escape.front());
      if (stands_for == '\0') return bad_escape(backslash);
      decoded_.push_back(stands_for);
      from = backslash + 2;
    } else {
      auto code = hex4(escape.substr(1));
      if (!code) return bad_escape(backslash);
      from = backslash + 6;
      if (high_half(*code) && escape.substr(5).starts_with("\\u")) {
        const auto low = hex4(escape.substr(7));
        if (!low) return bad_escape(from);
        if (low_half(*low)) {
          code = 0x10000U + ((*code - 0xD800U) << 10U) + (*low - 0xDC00U);
          from += 6;
        }
      }
      if (high_half(*code) || low_half(*code)) {
        return Rejection{"not_utf8", "",
                         "escaped half of a surrogate pair at byte " + std::to_string(backslash)};
      }
      append_utf8(decoded_, *code);
    }
    backslash = std::min(text_.find('\\', from), close);
  }
  decoded_.append(text_, from, close - from);
  return std::nullopt;
}

void Strings::shrink_to(std::size_t bytes_max) {
  if (decoded_.capacity() > bytes_max) decoded_ = {};
}

}  // namespace hookswitch::json
