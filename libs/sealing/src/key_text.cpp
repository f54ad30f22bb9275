#include "key_text.hpp"

#include <hookswitch/sealing/master_keys.hpp>

#include <cstdint>

namespace hookswitch::sealing {
namespace {

constexpr std::size_t hex_size = 2 * key_bytes;
constexpr std::size_t base64_size = 44;

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

int base64_value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  if (c == '/') return 63;
  return -1;
}

/// Digits of `bits` bits each into bytes; nothing for a character that is none, or for bits left
/// over that are not zero.
std::optional<Secret> decode(std::string_view digits, int (*value_of)(char), int bits) {
  Secret key(key_bytes);
  std::uint32_t waiting = 0;
  int waiting_bits = 0;
  std::size_t filled = 0;
  for (const char digit : digits) {
    const int value = value_of(digit);
    if (value < 0) return std::nullopt;
    waiting = (waiting << bits) | static_cast<std::uint32_t>(value);
    waiting_bits += bits;
    if (waiting_bits < 8) continue;
    waiting_bits -= 8;
    key.bytes()[filled++] = static_cast<char>(waiting >> waiting_bits);
    waiting &= (1U << waiting_bits) - 1;
  }
  if (waiting != 0) return std::nullopt;
  return key;
}

}  // namespace

std::optional<Secret> parse_key(std::string_view text) {
  if (text.size() == hex_size) return decode(text, hex_value, 4);
  if (text.size() != base64_size || text.back() != '=') return std::nullopt;
  return decode(text.substr(0, base64_size - 1), base64_value, 6);
}

}  // namespace hookswitch::sealing
