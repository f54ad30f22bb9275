#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hookswitch::json::fuzz {

/// RFC 8259 once more, by recursive descent and without a thought for speed: what the wall is held
/// against. One text each; works on the text itself, which has been found to be UTF-8.
class ReferenceReader {
 public:
  /// What a text holds, as one line in the order sent: `{`, `[` and their ends, `k3:key`, `s3:abc`,
  /// `n1e5;`, `t`, `f`, `0`. Nothing for what is not JSON.
  static std::optional<std::string> told(std::string_view text) {
    ReferenceReader reader(text);
    reader.space();
    if (!reader.value()) return std::nullopt;
    reader.space();
    if (!reader.rest_.empty()) return std::nullopt;
    return std::move(reader.told_);
  }

 private:
  explicit ReferenceReader(std::string_view text) : rest_(text) {}

  bool take(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  void space() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\n\r"), rest_.size())); }
  std::size_t digits() {
    const auto count = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    rest_.remove_prefix(count);
    return count;
  }

  bool value() {
    if (take("null")) return tell("0");
    if (take("true")) return tell("t");
    if (take("false")) return tell("f");
    if (take("\"")) return string('s');
    if (take("{")) return tell("{") && object();
    if (take("[")) return tell("[") && array();
    return number();
  }
  bool object() {
    space();
    if (take("}")) return tell("}");
    do {
      space();
      if (!take("\"") || !string('k')) return false;
      space();
      if (!take(":") || !spaced_value()) return false;
    } while (take(","));
    return take("}") && tell("}");
  }
  bool array() {
    space();
    if (take("]")) return tell("]");
    do {
      if (!spaced_value()) return false;
    } while (take(","));
    return take("]") && tell("]");
  }
  bool spaced_value() {
    space();
    if (!value()) return false;
    space();
    return true;
  }
  bool number() {
    const auto whole = rest_;
    take("-");
    if (!take("0") && digits() == 0) return false;
    if (take(".") && digits() == 0) return false;
    if (take("e") || take("E")) {
      if (!take("+")) take("-");
      if (digits() == 0) return false;
    }
    return tell("n" + std::string(whole.substr(0, whole.size() - rest_.size())) + ";");
  }
  bool string(char kind) {
    std::string decoded;
    while (!take("\"")) {
      if (rest_.empty() || static_cast<unsigned char>(rest_.front()) < 0x20) return false;
      if (take("\\")) {
        if (!escape(decoded)) return false;
      } else {
        decoded += rest_.front();
        rest_.remove_prefix(1);
      }
    }
    return tell(kind + std::to_string(decoded.size()) + ":" + decoded);
  }
  bool escape(std::string& decoded) {
    constexpr std::string_view names = "\"\\/bfnrt";
    constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
    if (rest_.empty()) return false;
    if (const auto at = names.find(rest_.front()); at != std::string_view::npos) {
      rest_.remove_prefix(1);
      decoded += meanings[at];
      return true;
    }
    auto unit = hex();
    if (!unit || (*unit >= 0xDC00 && *unit < 0xE000)) return false;
    if (*unit >= 0xD800 && *unit < 0xDC00) {
      const auto low = take("\\") ? hex() : std::nullopt;
      if (!low || *low < 0xDC00 || *low >= 0xE000) return false;
      unit = 0x10000 + ((*unit - 0xD800) << 10) + (*low - 0xDC00);
    }
    append_utf8(*unit, decoded);
    return true;
  }
  /// `u` and four digits.
  std::optional<std::uint32_t> hex() {
    constexpr std::string_view values = "0123456789abcdefABCDEF";
    if (!take("u") || rest_.size() < 4) return std::nullopt;
    std::uint32_t unit = 0;
    for (const char c : rest_.substr(0, 4)) {
      const auto at = values.find(c);
      if (at == std::string_view::npos) return std::nullopt;
      unit = unit * 16 + static_cast<std::uint32_t>(at < 16 ? at : at - 6);
    }
    rest_.remove_prefix(4);
    return unit;
  }
  static void append_utf8(std::uint32_t point, std::string& text) {
    const auto tail = [&](unsigned shift) {
      text += static_cast<char>(0x80 | ((point >> shift) & 0x3F));
    };
    if (point < 0x80) {
      text += static_cast<char>(point);
    } else if (point < 0x800) {
      text += static_cast<char>(0xC0 | (point >> 6));
      tail(0);
    } else if (point < 0x10000) {
      text += static_cast<char>(0xE0 | (point >> 12));
      tail(6);
      tail(0);
    } else {
      text += static_cast<char>(0xF0 | (point >> 18));
      tail(12);
      tail(6);
      tail(0);
    }
  }

  bool tell(std::string_view what) {
    told_ += what;
    return true;
  }

  std::string_view rest_;
  std::string told_;
};

}  // namespace hookswitch::json::fuzz
