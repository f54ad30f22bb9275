#pragma once
#include <hookswitch/core/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace hookswitch {

/// An exact decimal number, coefficient × 10^exponent, kept normalised (no trailing zeros in the
/// coefficient; zero is 0 × 10^0), so that equal numbers are equal values. Never passes through a
/// double.
class Decimal {
 public:
  constexpr Decimal() = default;
  /// Normalises. Throws std::out_of_range when the normalised exponent leaves 32 bits, as does
  /// shifted().
  Decimal(std::int64_t coefficient, std::int32_t exponent);

  /// Parses the JSON number grammar of RFC 8259 §6 ("22.1666725", "-1e-3"). At most 18 significant
  /// digits and an exponent within ±64, else a Rejection with code "not_exact" ("not_a_number" for
  /// other text).
  [[nodiscard]] static Result<Decimal> parse(std::string_view text);

  [[nodiscard]] constexpr std::int64_t coefficient() const { return coefficient_; }
  [[nodiscard]] constexpr std::int32_t exponent() const { return exponent_; }
  /// Plain notation without an exponent: "0.221666725". Postgres' numeric reads it.
  [[nodiscard]] std::string to_string() const;
  /// The same number times 10^power: cents to units is shifted(-2).
  [[nodiscard]] Decimal shifted(std::int32_t power) const;

  /// Structural equality is numeric equality.
  friend bool operator==(const Decimal&, const Decimal&) = default;
  /// Numeric order, exact for any two values. Negative, zero or positive.
  [[nodiscard]] static int compare(const Decimal& left, const Decimal& right);

 private:
  std::int64_t coefficient_ = 0;
  std::int32_t exponent_ = 0;
};

}  // namespace hookswitch
