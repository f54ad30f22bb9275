#include "domain/money.hpp"

#include "support/facts.hpp"

#include <catch2/catch.hpp>

namespace hookswitch::billing::testing {

TEST_CASE("half a millionth is rounded away from zero, less than half towards it") {
  CHECK(rounded(5, 2).value() == 3);
  CHECK(rounded(-5, 2).value() == -3);
  CHECK(rounded(4, 3).value() == 1);
  CHECK(rounded(5, 3).value() == 2);
  CHECK(rounded(-4, 3).value() == -1);
  CHECK(rounded(0, 7).value() == 0);
}

TEST_CASE("an exact cost is taken to the millionth") {
  CHECK(millionths(decimal("0.221666725")).value() == 221'667);
  CHECK(millionths(decimal("0.2216665")).value() == 221'667);
  CHECK(millionths(decimal("0.22166649999")).value() == 221'666);
  CHECK(millionths(decimal("-0.0000005")).value() == -1);
  CHECK(millionths(decimal("1e-30")).value() == 0);
  CHECK(millionths(Decimal(999'999'999'999'999'999, -60)).value() == 0);
  CHECK(millionths(decimal("12")).value() == 12'000'000);
  CHECK(millionths(decimal("0")).value() == 0);
}

TEST_CASE("an amount beyond a million million units is refused, not wrapped") {
  CHECK(millionths(decimal("1e12")).value() == amount_e6_max);
  CHECK(millionths(decimal("-1e12")).value() == -amount_e6_max);
  for (const auto* text : {"1000000000000.00001", "1e13", "-1e13", "1e25", "-1e64"}) {
    CHECK(millionths(decimal(text)).error().code == "amount_overflow");
  }
  CHECK(rounded(Int128{amount_e6_max} * 60 + 29, 60).value() == amount_e6_max);
  CHECK(rounded(Int128{amount_e6_max} * 60 + 30, 60).error().code == "amount_overflow");
}

TEST_CASE("a currency is three capital letters") {
  CHECK(is_currency_code(CurrencyCode("EUR")));
  for (const auto* text : {"", "EU", "eur", "EURO", "E1R"}) {
    CHECK_FALSE(is_currency_code(CurrencyCode(text)));
  }
}

}  // namespace hookswitch::billing::testing
