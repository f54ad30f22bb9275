#include <hookswitch/core/uuid.hpp>

#include <openssl/evp.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <span>
#include <stdexcept>

namespace hookswitch {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

constexpr bool hyphen_before(std::size_t byte) {
  return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

using Sha1 = std::array<std::uint8_t, 20>;

struct Freed {
  void operator()(EVP_MD* algorithm) const { EVP_MD_free(algorithm); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

/// OpenSSL uses the processor's instructions, a third of what Boost's generator takes. Looking the
/// algorithm up and making a context cost more than digesting a name: both are kept.
Sha1 sha1(std::span<const std::uint8_t> first, std::string_view second) {
  static const std::unique_ptr<EVP_MD, Freed> algorithm{EVP_MD_fetch(nullptr, "SHA1", nullptr)};
  thread_local const std::unique_ptr<EVP_MD_CTX, Freed> context{EVP_MD_CTX_new()};
  Sha1 digest{};
  const bool made = algorithm && context &&
                    EVP_DigestInit_ex(context.get(), algorithm.get(), nullptr) == 1 &&
                    EVP_DigestUpdate(context.get(), first.data(), first.size()) == 1 &&
                    EVP_DigestUpdate(context.get(), second.data(), second.size()) == 1 &&
                    EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) == 1;
  if (!made) throw std::runtime_error("OpenSSL: SHA1");  // memory or its configuration is broken
  return digest;
}

}  // namespace

std::string Uuid::to_string() const {
  std::string out;
  out.reserve(36);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (hyphen_before(i)) out.push_back('-');
    out.push_back(hex_digits[bytes[i] >> 4]);
    out.push_back(hex_digits[bytes[i] & 15]);
  }
  return out;
}

std::optional<Uuid> Uuid::parse(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  Uuid uuid;
  std::size_t at = 0;
  for (std::size_t i = 0; i < uuid.bytes.size(); ++i) {
    if (hyphen_before(i) && text[at++] != '-') return std::nullopt;
    const int high = hex_value(text[at]);
    const int low = hex_value(text[at + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    uuid.bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
    at += 2;
  }
  return uuid;
}

Uuid uuid_v5(const Uuid& name_space, std::string_view name) {
  const Sha1 digest = sha1(name_space.bytes, name);
  Uuid uuid;
  std::copy_n(digest.begin(), uuid.bytes.size(), uuid.bytes.begin());
  uuid.bytes[6] = static_cast<std::uint8_t>((uuid.bytes[6] & 0x0FU) | 0x50U);  // version 5
  uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3FU) | 0x80U);  // RFC 9562's variant
  return uuid;
}

}  // namespace hookswitch

std::size_t std::hash<hookswitch::Uuid>::operator()(const hookswitch::Uuid& uuid) const noexcept {
  std::size_t value = 0;  // version 5 ids are digests: any eight of their bytes spread well
  std::memcpy(&value, uuid.bytes.data() + 8, sizeof value);
  return value;
}
