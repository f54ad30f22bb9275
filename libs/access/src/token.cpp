#include <hookswitch/access/token.hpp>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>

namespace hookswitch::access {
namespace {

constexpr std::string_view prefix = "hs_";
constexpr std::size_t id_characters = 16;
constexpr std::size_t secret_characters = 43;
constexpr std::string_view hex = "0123456789abcdef";
constexpr std::string_view base64url =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static_assert(token_characters == prefix.size() + id_characters + 1 + secret_characters);

template <std::size_t Count>
std::array<std::uint8_t, Count> random_bytes() {
  std::array<std::uint8_t, Count> bytes{};
  if (::getentropy(bytes.data(), bytes.size()) != 0) {
    throw std::system_error(errno, std::generic_category(), "no random bytes");
  }
  return bytes;
}

/// The bits in digits of `bits` bits, the last one filled up with zeros.
template <std::size_t Count>
std::string digits_of(const std::array<std::uint8_t, Count>& bytes, std::string_view alphabet,
                      unsigned bits) {
  std::string digits;
  std::uint32_t waiting = 0;
  unsigned waiting_bits = 0;
  for (const auto byte : bytes) {
    waiting = (waiting << 8U) | byte;
    waiting_bits += 8;
    while (waiting_bits >= bits) {
      waiting_bits -= bits;
      digits += alphabet[waiting >> waiting_bits];
      waiting &= (1U << waiting_bits) - 1U;
    }
  }
  if (waiting_bits > 0) digits += alphabet[waiting << (bits - waiting_bits)];
  return digits;
}

bool all_of(std::string_view text, std::string_view alphabet) {
  return text.find_first_not_of(alphabet) == std::string_view::npos;
}

}  // namespace

NewToken make_token() {
  NewToken token;
  token.id = digits_of(random_bytes<8>(), hex, 4);
  token.text = std::string(prefix) + token.id + '_' + digits_of(random_bytes<32>(), base64url, 6);
  token.sha256 = signing::sha256(token.text);
  return token;
}

std::optional<std::string_view> token_id(std::string_view text) {
  if (text.size() != token_characters || !text.starts_with(prefix)) return std::nullopt;
  const auto id = text.substr(prefix.size(), id_characters);
  const auto secret = text.substr(token_characters - secret_characters);
  if (!is_token_id(id) || text[prefix.size() + id_characters] != '_') return std::nullopt;
  if (!all_of(secret, base64url)) return std::nullopt;
  return id;
}

bool is_token_id(std::string_view text) {
  return text.size() == id_characters && all_of(text, hex);
}

}  // namespace hookswitch::access
