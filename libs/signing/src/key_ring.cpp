#include "key_ring.hpp"

namespace hookswitch::signing {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

std::optional<Digest> parse_hex_digest(std::string_view text) {
  Digest digest{};
  if (text.size() != digest.size() * 2) return std::nullopt;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    const int high = hex_value(text[2 * i]);
    const int low = hex_value(text[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    digest[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return digest;
}

bool any_key_signs(std::span<const std::string> keys, std::string_view first,
                   std::string_view second, const Digest& expected) {
  bool matched = false;
  for (const std::string& key : keys) {
    const Digest made = hmac_sha256(key, first, second);
    const bool equal = equal_in_constant_time(made, expected);
    matched |= equal && !key.empty();
  }
  return matched;
}

}  // namespace hookswitch::signing
