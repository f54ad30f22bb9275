#include <hookswitch/json/document.hpp>

#include <catch2/catch.hpp>

#include <string>

using hookswitch::json::is_utf8;

namespace {

std::string encoded(char32_t code) {
  const auto byte = [](char32_t value) {
    return static_cast<char>(static_cast<unsigned char>(value));
  };
  if (code < 0x80) return {byte(code)};
  if (code < 0x800) return {byte(0xC0 | code >> 6), byte(0x80 | (code & 0x3F))};
  if (code < 0x10000) {
    return {byte(0xE0 | code >> 12), byte(0x80 | (code >> 6 & 0x3F)), byte(0x80 | (code & 0x3F))};
  }
  return {byte(0xF0 | code >> 18), byte(0x80 | (code >> 12 & 0x3F)),
          byte(0x80 | (code >> 6 & 0x3F)), byte(0x80 | (code & 0x3F))};
}

}  // namespace

TEST_CASE("every code point but the surrogates is UTF-8", "[utf8]") {
  for (char32_t code = 0; code <= 0x110010; ++code) {
    const bool good = code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
    if (is_utf8(encoded(code)) != good) FAIL("U+" << std::hex << static_cast<unsigned>(code));
  }
}

TEST_CASE("every pair and triple of bytes is judged as table 3-7 says", "[utf8]") {
  std::size_t good_pairs = 0;
  std::size_t good_triples = 0;
  std::string bytes(3, '\0');
  for (int a = 0x80; a < 0x100; ++a) {
    for (int b = 0; b < 0x100; ++b) {
      bytes = {static_cast<char>(a), static_cast<char>(b)};
      good_pairs += is_utf8(bytes) ? 1 : 0;
      for (int c = 0; c < 0x100; ++c) {
        bytes = {static_cast<char>(a), static_cast<char>(b), static_cast<char>(c)};
        good_triples += is_utf8(bytes) ? 1 : 0;
      }
    }
  }
  CHECK(good_pairs == 0x800 - 0x80);
  // Two bytes and one ASCII byte, or one character of three bytes that is no surrogate.
  CHECK(good_triples == (0x800 - 0x80) * 0x80 + (0x10000 - 0x800 - 0x800));
}

TEST_CASE("a bad byte is found at any distance from the ends", "[utf8]") {
  for (std::size_t size = 1; size < 100; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      std::string text(size, 'a');
      REQUIRE(is_utf8(text));
      text[at] = '\xC3';
      REQUIRE_FALSE(is_utf8(text));
    }
  }
  CHECK(is_utf8(""));
}
