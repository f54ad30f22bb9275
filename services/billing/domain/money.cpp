#include "domain/money.hpp"

#include <algorithm>

namespace hookswitch::billing {

Result<std::int64_t> rounded(Int128 numerator, Int128 denominator) {
  const bool negative = numerator < 0;
  const Int128 magnitude = negative ? -numerator : numerator;
  Int128 quotient = magnitude / denominator;
  if (magnitude % denominator >= denominator - magnitude % denominator) ++quotient;
  if (quotient > amount_e6_max) {
    return Rejection{"amount_overflow", "", "is more than a million million units"};
  }
  return static_cast<std::int64_t>(negative ? -quotient : quotient);
}

Result<std::int64_t> millionths(const Decimal& units) {
  Int128 numerator = units.coefficient();
  Int128 denominator = 1;
  // 10^20 times the largest coefficient still fits; beyond it the outcome is known.
  constexpr int power_max = 20;
  const auto power = std::int64_t{units.exponent()} + 6;
  if (power < -power_max) return 0;  // less than 10^19 × 10^-21
  for (std::int64_t i = 0; i < std::min<std::int64_t>(power, power_max); ++i) {
    numerator *= 10;
    if (numerator > amount_e6_max || numerator < -Int128{amount_e6_max}) break;
  }
  for (std::int64_t i = 0; i > power; --i) denominator *= 10;
  return rounded(numerator, denominator);
}

bool is_currency_code(const CurrencyCode& currency) {
  return currency.str().size() == 3 && std::all_of(currency.str().begin(), currency.str().end(),
                                                   [](char c) { return c >= 'A' && c <= 'Z'; });
}

}  // namespace hookswitch::billing
