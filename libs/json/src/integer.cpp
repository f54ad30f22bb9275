#include "integer.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <string>

namespace hookswitch::json {
namespace {

std::optional<std::int64_t> plain_integer(std::string_view digits) {
  std::int64_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

/// Saturates far outside of what any mantissa in memory could balance.
std::int64_t exponent_of(std::string_view digits) {
  if (digits.starts_with('+')) digits.remove_prefix(1);
  const bool negative = digits.starts_with('-');
  if (negative) digits.remove_prefix(1);
  std::int64_t value = 0;
  for (const char c : digits) {
    value = std::min<std::int64_t>(value * 10 + (c - '0'), std::int64_t{1} << 40);
  }
  return negative ? -value : value;
}

}  // namespace

std::optional<std::int64_t> integer_of(std::string_view number) {
  const std::size_t special = number.find_first_of(".eE");
  if (special == std::string_view::npos) return plain_integer(number);

  const std::size_t e = number.find_first_of("eE");
  const std::string_view mantissa = number.substr(0, e);
  std::int64_t exponent = e == std::string_view::npos ? 0 : exponent_of(number.substr(e + 1));
  std::string digits;
  for (const char c : mantissa) {
    if (c != '.' && c != '-') digits.push_back(c);
  }
  const std::size_t point = mantissa.find('.');
  if (point != std::string_view::npos) {
    exponent -= static_cast<std::int64_t>(mantissa.size() - point - 1);
  }
  const std::size_t first = digits.find_first_not_of('0');
  if (first == std::string::npos) return 0;
  const std::size_t last = digits.find_last_not_of('0');
  exponent += static_cast<std::int64_t>(digits.size() - 1 - last);
  digits = digits.substr(first, last - first + 1);
  constexpr std::int64_t digits_max = std::numeric_limits<std::int64_t>::digits10 + 1;
  if (exponent < 0 || exponent + static_cast<std::int64_t>(digits.size()) > digits_max) {
    return std::nullopt;
  }
  digits.append(static_cast<std::size_t>(exponent), '0');
  return plain_integer(mantissa.starts_with('-') ? "-" + digits : digits);
}

}  // namespace hookswitch::json
