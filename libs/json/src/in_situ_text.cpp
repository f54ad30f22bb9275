#include "in_situ_text.hpp"

#include "utf8.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>

namespace hookswitch::json {
namespace {

/// RapidJSON ends at a NUL, and its SSE2 scanner reads up to the end of an aligned block of 16.
constexpr std::size_t padding = 32;
/// The shortest number that RapidJSON takes for too big has an exponent; without one it has 309
/// digits.
constexpr std::size_t plain_digits_safe = 300;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t skip_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

struct NumberToken {
  std::size_t length = 0;  ///< 0: no number of RFC 8259 §6 starts here
  bool big = false;        ///< may be beyond a double
};

NumberToken number_at(std::string_view text, std::size_t start) {
  std::size_t at = start;
  if (at < text.size() && text[at] == '-') ++at;
  const std::size_t whole = at;
  at = at < text.size() && text[at] == '0' ? at + 1 : skip_digits(text, at);
  if (at == whole) return {};
  bool big = at - whole > plain_digits_safe;
  if (at < text.size() && text[at] == '.') {
    const std::size_t fraction = skip_digits(text, at + 1);
    if (fraction > at + 1) at = fraction;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    const bool sign = at + 1 < text.size() && (text[at + 1] == '+' || text[at + 1] == '-');
    const std::size_t digits = at + (sign ? 2 : 1);
    const std::size_t exponent = skip_digits(text, digits);
    if (exponent > digits) {
      at = exponent;
      big = true;
    }
  }
  return {at - start, big};
}

/// The offset just behind the string that starts at `at`, or the text's end.
std::size_t skip_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      return at + 1;
    }
  }
  return text.size();
}

/// Whether an escape of U+DC00..DFFF occurs, paired or not.
bool has_low_surrogate_escape(std::string_view text) {
  if (text.empty()) return false;
  const char* at = text.data();
  const char* const end = at + text.size();
  while ((at = static_cast<const char*>(
              std::memchr(at, '\\', static_cast<std::size_t>(end - at)))) != nullptr) {
    if (end - at >= 4 && at[1] == 'u' && (at[2] == 'd' || at[2] == 'D')) {
      const char third = static_cast<char>(at[3] | 0x20);
      if (third >= 'c' && third <= 'f') return true;
    }
    at += std::min<std::ptrdiff_t>(2, end - at);
    if (at == end) break;
  }
  return false;
}

}  // namespace

std::optional<Rejection> InSituText::load(std::size_t bytes_max) {
  // Offsets are kept in 32 bits.
  const std::size_t limit =
      std::min<std::size_t>(bytes_max, std::numeric_limits<std::uint32_t>::max() - padding);
  if (text_.size() > limit) {
    return Rejection{"too_large", "",
                     std::to_string(text_.size()) + " bytes, allowed are " + std::to_string(limit)};
  }
  const std::size_t valid = utf8_prefix(text_);
  if (valid != text_.size()) {
    return Rejection{"not_utf8", "", "malformed sequence at byte " + std::to_string(valid)};
  }
  if (capacity_ < text_.size() + padding) {
    capacity_ = std::max(text_.size() + padding, capacity_ * 2);
    buffer_ = std::make_unique_for_overwrite<char[]>(capacity_);
  }
  low_surrogate_escape_ = has_low_surrogate_escape(text_);
  masked_ = false;
  copy();
  return std::nullopt;
}

void InSituText::copy() {
  if (!text_.empty()) std::memcpy(buffer_.get(), text_.data(), text_.size());
  std::memset(buffer_.get() + text_.size(), 0, padding);
}

bool InSituText::mask_big_numbers() {
  if (masked_) return false;
  masked_ = true;
  copy();
  for (std::size_t at = 0; at < text_.size();) {
    if (text_[at] == '"') {
      at = skip_string(text_, at);
      continue;
    }
    const NumberToken number = number_at(text_, at);
    if (number.big) {
      buffer_[at] = '"';
      std::memset(buffer_.get() + at + 1, ' ', number.length - 2);
      buffer_[at + number.length - 1] = '"';
    }
    at += std::max<std::size_t>(1, number.length);
  }
  return true;
}

void InSituText::shrink_to(std::size_t bytes_max) {
  if (capacity_ <= bytes_max) return;
  buffer_.reset();
  capacity_ = 0;
}

}  // namespace hookswitch::json
