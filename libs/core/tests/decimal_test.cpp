#include <hookswitch/core/decimal.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <limits>
#include <random>
#include <string>

using hookswitch::Decimal;

namespace {

Decimal number(std::string_view text) { return Decimal::parse(text).value(); }

std::string code_of(std::string_view text) {
  const auto result = Decimal::parse(text);
  return result ? "" : result.error().code;
}

}  // namespace

TEST_CASE("a cost in fractional cents keeps every digit", "[decimal]") {
  const Decimal cents = number("22.1666725");
  CHECK(cents.to_string() == "22.1666725");
  CHECK(cents.coefficient() == 221'666'725);
  CHECK(cents.exponent() == -7);
  CHECK(cents.shifted(-2).to_string() == "0.221666725");
}

TEST_CASE("equal numbers are equal values however they are written", "[decimal]") {
  CHECK(number("4.20") == number("4.2"));
  CHECK(number("42e-1") == number("4.2"));
  CHECK(number("0.00042E+4") == number("4.2"));
  CHECK(number("-0") == Decimal{});
  CHECK(number("0e999999999999") == Decimal{});
  CHECK(number("0.000") == Decimal(0, 12));
  CHECK(number("1000") == Decimal(1, 3));
  CHECK(Decimal(1200, -2) == Decimal(12, 0));
}

TEST_CASE("what is not a JSON number is not a decimal", "[decimal]") {
  for (const char* text : {"", "-", "+1", ".5", "1.", "01", "-01", "1e", "1e+", "0x10", "NaN",
                           "Infinity", " 1", "1 ", "1,5", "1_000", "--1", "1e1.5"}) {
    INFO(text);
    CHECK(code_of(text) == "not_a_number");
  }
}

TEST_CASE("more than 18 digits or a far exponent is refused, not rounded", "[decimal]") {
  CHECK(number("123456789012345678").coefficient() == 123'456'789'012'345'678);
  CHECK(code_of("1234567890123456789") == "not_exact");
  CHECK(code_of("0.1234567890123456789") == "not_exact");
  CHECK(number("1000000000000000000000000000000") == Decimal(1, 30));
  CHECK(number("0." + std::string(63, '0') + "1") == Decimal(1, -64));
  CHECK(code_of("0." + std::string(64, '0') + "1") == "not_exact");
  CHECK(number("1e64") == Decimal(1, 64));
  CHECK(code_of("1e65") == "not_exact");
  CHECK(code_of("1e400") == "not_exact");
  CHECK(code_of("1e-99999999999999999999999") == "not_exact");
  CHECK(code_of("1" + std::string(100'000, '0') + "1") == "not_exact");
}

TEST_CASE("plain notation has no exponent and Postgres' numeric can read it", "[decimal]") {
  CHECK(Decimal(5, 3).to_string() == "5000");
  CHECK(Decimal(-5, -3).to_string() == "-0.005");
  CHECK(Decimal(-1234, -3).to_string() == "-1.234");
  CHECK(Decimal(std::numeric_limits<std::int64_t>::min(), 0).to_string() == "-9223372036854775808");
  CHECK(Decimal{}.to_string() == "0");
}

TEST_CASE("comparison is exact where a double is not", "[decimal]") {
  CHECK(Decimal::compare(number("0.1"), number("0.100000000000000001")) < 0);
  CHECK(Decimal::compare(number("-0.1"), number("-0.100000000000000001")) > 0);
  CHECK(Decimal::compare(number("1e64"), number("999999999999999999e40")) > 0);
  CHECK(Decimal::compare(number("-1e64"), number("1e-64")) < 0);
  CHECK(Decimal::compare(number("0"), number("-1e-64")) > 0);
  CHECK(Decimal::compare(number("2.50"), number("2.5")) == 0);
  CHECK(Decimal::compare(Decimal(std::numeric_limits<std::int64_t>::min(), 0),
                         Decimal(std::numeric_limits<std::int64_t>::max(), 0)) < 0);
  CHECK_THROWS_AS(Decimal(1, std::numeric_limits<std::int32_t>::max()).shifted(1),
                  std::out_of_range);
}

TEST_CASE("any number survives being written and read, and order agrees with integers",
          "[decimal][property]") {
  std::mt19937_64 random(20261123);
  std::uniform_int_distribution<std::int64_t> any(-999'999'999'999'999'999,
                                                  999'999'999'999'999'999);
  std::uniform_int_distribution<std::int64_t> shift(1, 1'000'000'000'000'000'000);
  std::uniform_int_distribution<std::int32_t> power(-46, 46);
  for (int i = 0; i < 20'000; ++i) {
    const std::int64_t a = any(random) / shift(random);
    const std::int64_t b = any(random) / shift(random);
    const std::int32_t exponent = power(random);
    const Decimal left(a, exponent);
    const Decimal right(b, exponent);
    REQUIRE(number(left.to_string()) == left);
    REQUIRE(left.shifted(7).shifted(-7) == left);
    const int order = Decimal::compare(left, right);
    REQUIRE((order < 0) == (a < b));
    REQUIRE((order == 0) == (a == b));
    REQUIRE((order == 0) == (left == right));
    REQUIRE((Decimal::compare(right, left) > 0) == (order < 0));
  }
}
