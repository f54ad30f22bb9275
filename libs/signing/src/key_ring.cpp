#include "key_ring.hpp"

#include <hookswitch/signing/body_sums.hpp>

#include <array>

namespace hookswitch::signing {
namespace {

/// By character: its value as a lower-case hex digit, or 0xFF.
constexpr std::array<std::uint8_t, 256> hex_values = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(0xFF);
  constexpr std::string_view digits = "0123456789abcdef";
  for (std::size_t value = 0; value < digits.size(); ++value) {
    values[static_cast<unsigned char>(digits[value])] = static_cast<std::uint8_t>(value);
  }
  return values;
}();

std::uint8_t hex_value(char c) { return hex_values[static_cast<unsigned char>(c)]; }

}  // namespace

std::optional<Digest> parse_hex_digest(std::string_view text) {
  Digest digest{};
  if (text.size() != digest.size() * 2) return std::nullopt;
  std::uint8_t none = 0;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    const std::uint8_t high = hex_value(text[2 * i]);
    const std::uint8_t low = hex_value(text[2 * i + 1]);
    none |= static_cast<std::uint8_t>(high | low);
    digest[i] = static_cast<std::uint8_t>(high << 4U | low);
  }
  if ((none & 0xF0U) != 0) return std::nullopt;
  return digest;
}

std::optional<Digest> sha256_if_signed(std::span<const std::string> keys, std::string_view body,
                                       std::string_view suffix, const Digest& expected) {
  std::optional<Digest> content;
  bool matched = false;
  for (const std::string& key : keys) {
    Digest made{};
    if (content) {
      made = hmac_sha256(key, body, suffix);
    } else {
      const BodySums sums = body_sums(key, body, suffix);
      made = sums.hmac;
      content = sums.sha256;
    }
    const bool equal = equal_in_constant_time(made, expected);
    matched |= equal && !key.empty();
  }
  return matched ? content : std::nullopt;
}

}  // namespace hookswitch::signing
