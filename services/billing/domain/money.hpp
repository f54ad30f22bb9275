#pragma once
#include "domain/ids.hpp"

#include <hookswitch/core/decimal.hpp>
#include <hookswitch/core/result.hpp>

#include <cstdint>

namespace hookswitch::billing {

/// Millionths of a currency unit.
struct Money {
  CurrencyCode currency;
  std::int64_t e6 = 0;
  friend bool operator==(const Money&, const Money&) = default;
};

/// No single amount is larger: sums and differences of a few of them stay within 64 bits.
constexpr std::int64_t amount_e6_max = 1'000'000'000'000'000'000;

__extension__ using Int128 = __int128;

/// numerator / denominator to the nearest integer, half away from zero: the one rounding of billing
/// (docs/decisions/0030). A Rejection "amount_overflow" beyond amount_e6_max. `denominator` > 0.
[[nodiscard]] Result<std::int64_t> rounded(Int128 numerator, Int128 denominator);

/// An exact number of units in millionths, rounded. A Rejection "amount_overflow" as above.
[[nodiscard]] Result<std::int64_t> millionths(const Decimal& units);

/// Three capital letters.
[[nodiscard]] bool is_currency_code(const CurrencyCode& currency);

}  // namespace hookswitch::billing
