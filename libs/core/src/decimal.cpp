#include <hookswitch/core/decimal.hpp>

#include <limits>
#include <optional>
#include <stdexcept>

namespace hookswitch {
namespace {

__extension__ using Int128 = __int128;

constexpr std::size_t digits_max = 18;
constexpr std::int64_t exponent_limit = 64;
/// Beyond any exponent that parses, far from overflow.
constexpr std::int64_t exponent_saturated = 1'000'000'000'000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes the leading digits off `text`.
std::string_view take_digits(std::string_view& text) {
  std::size_t n = 0;
  while (n < text.size() && is_digit(text[n])) ++n;
  const std::string_view digits = text.substr(0, n);
  text.remove_prefix(n);
  return digits;
}

bool take(std::string_view& text, std::string_view allowed, char& found) {
  if (text.empty() || allowed.find(text.front()) == std::string_view::npos) return false;
  found = text.front();
  text.remove_prefix(1);
  return true;
}

struct Parts {
  bool negative = false;
  std::string_view whole;
  std::string_view fraction;
  std::int64_t exponent = 0;
};

/// RFC 8259 §6: [ minus ] int [ frac ] [ exp ].
std::optional<Parts> split(std::string_view text) {
  Parts parts;
  char found = 0;
  parts.negative = take(text, "-", found);
  parts.whole = take_digits(text);
  if (parts.whole.empty() || (parts.whole.size() > 1 && parts.whole.front() == '0')) {
    return std::nullopt;
  }
  if (take(text, ".", found)) {
    parts.fraction = take_digits(text);
    if (parts.fraction.empty()) return std::nullopt;
  }
  if (take(text, "eE", found)) {
    char sign = '+';
    take(text, "+-", sign);
    const std::string_view digits = take_digits(text);
    if (digits.empty()) return std::nullopt;
    for (const char c : digits) {
      parts.exponent = std::min(parts.exponent * 10 + (c - '0'), exponent_saturated);
    }
    if (sign == '-') parts.exponent = -parts.exponent;
  }
  if (!text.empty()) return std::nullopt;
  return parts;
}

int digit_count(Int128 magnitude) {
  int count = 0;
  for (; magnitude > 0; magnitude /= 10) ++count;
  return count;
}

int sign_of(std::int64_t value) { return value > 0 ? 1 : value < 0 ? -1 : 0; }

std::int32_t checked_exponent(std::int64_t exponent) {
  if (exponent > std::numeric_limits<std::int32_t>::max() ||
      exponent < std::numeric_limits<std::int32_t>::min()) {
    throw std::out_of_range("decimal exponent");
  }
  return static_cast<std::int32_t>(exponent);
}

}  // namespace

Decimal::Decimal(std::int64_t coefficient, std::int32_t exponent) : coefficient_(coefficient) {
  if (coefficient == 0) return;
  std::int64_t normal = exponent;
  for (; coefficient_ % 10 == 0; coefficient_ /= 10) ++normal;
  exponent_ = checked_exponent(normal);
}

Result<Decimal> Decimal::parse(std::string_view text) {
  const auto parts = split(text);
  if (!parts) return Rejection{"not_a_number", "", "expected a number as JSON writes it"};
  std::int64_t coefficient = 0;
  std::size_t significant = 0;  // digits in the coefficient, from the first that is not zero
  std::int64_t zeros = 0;       // zeros seen since the last digit that was not zero
  bool exact = true;
  const auto feed = [&](std::string_view digits) {
    for (const char c : digits) {
      if (c == '0') {
        ++zeros;
        continue;
      }
      if (significant > 0) significant += static_cast<std::size_t>(zeros);
      if (++significant > digits_max) {
        exact = false;
        return;
      }
      if (coefficient != 0) {
        for (; zeros > 0; --zeros) coefficient *= 10;
      }
      zeros = 0;
      coefficient = coefficient * 10 + (c - '0');
    }
  };
  feed(parts->whole);
  if (exact) feed(parts->fraction);
  if (exact && coefficient == 0) return Decimal{};
  const std::int64_t exponent =
      parts->exponent - static_cast<std::int64_t>(parts->fraction.size()) + zeros;
  if (!exact || exponent > exponent_limit || exponent < -exponent_limit) {
    return Rejection{"not_exact", "",
                     "expected at most 18 significant digits and an exponent within 64"};
  }
  return Decimal{parts->negative ? -coefficient : coefficient, static_cast<std::int32_t>(exponent)};
}

std::string Decimal::to_string() const {
  std::string digits = std::to_string(coefficient_);
  std::string sign;
  if (coefficient_ < 0) {
    sign = "-";
    digits.erase(0, 1);
  }
  if (exponent_ >= 0) return sign + digits + std::string(static_cast<std::size_t>(exponent_), '0');
  const auto places = static_cast<std::size_t>(-std::int64_t{exponent_});
  if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
  digits.insert(digits.size() - places, 1, '.');
  return sign + digits;
}

Decimal Decimal::shifted(std::int32_t power) const {
  if (coefficient_ == 0) return {};
  return Decimal{coefficient_, checked_exponent(std::int64_t{exponent_} + power)};
}

int Decimal::compare(const Decimal& left, const Decimal& right) {
  const int sign = sign_of(left.coefficient_);
  if (sign != sign_of(right.coefficient_)) return sign - sign_of(right.coefficient_);
  if (sign == 0) return 0;
  Int128 l = Int128{left.coefficient_} * sign;
  Int128 r = Int128{right.coefficient_} * sign;
  const std::int64_t l_order = std::int64_t{left.exponent_} + digit_count(l);
  const std::int64_t r_order = std::int64_t{right.exponent_} + digit_count(r);
  if (l_order != r_order) return l_order < r_order ? -sign : sign;
  // Same order of magnitude, at most 19 digits each: the exponents differ by at most 18, so 128
  // bits hold both.
  for (auto e = left.exponent_; e > right.exponent_; --e) l *= 10;
  for (auto e = right.exponent_; e > left.exponent_; --e) r *= 10;
  return l == r ? 0 : (l < r ? -sign : sign);
}

}  // namespace hookswitch
