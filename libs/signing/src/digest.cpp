#include <hookswitch/signing/digest.hpp>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <memory>
#include <stdexcept>

namespace hookswitch::signing {
namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using Md = std::unique_ptr<EVP_MD, Freed<EVP_MD_free>>;
using MdContext = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using Mac = std::unique_ptr<EVP_MAC, Freed<EVP_MAC_free>>;
using MacContext = std::unique_ptr<EVP_MAC_CTX, Freed<EVP_MAC_CTX_free>>;

/// OpenSSL refuses only when memory or its configuration is broken: the world is down.
void ensure(bool worked, const char* what) {
  if (!worked) throw std::runtime_error(std::string("OpenSSL: ") + what);
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// Looking an algorithm up and making a context cost more than digesting a small body: each thread
// does both once.
EVP_MD_CTX* thread_md_context() {
  static const Md sha256{EVP_MD_fetch(nullptr, "SHA256", nullptr)};
  ensure(sha256 != nullptr, "no SHA256");
  thread_local const MdContext context{EVP_MD_CTX_new()};
  ensure(context && EVP_DigestInit_ex(context.get(), sha256.get(), nullptr) == 1, "SHA256 init");
  return context.get();
}

EVP_MAC_CTX* thread_mac_context() {
  static const Mac hmac{EVP_MAC_fetch(nullptr, "HMAC", nullptr)};
  ensure(hmac != nullptr, "no HMAC");
  thread_local const MacContext context = [] {
    MacContext made{EVP_MAC_CTX_new(hmac.get())};
    char digest[] = "SHA256";
    const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                 OSSL_PARAM_construct_end()};
    ensure(made && EVP_MAC_CTX_set_params(made.get(), params) == 1, "HMAC params");
    return made;
  }();
  return context.get();
}

}  // namespace

Digest sha256(std::string_view bytes) {
  EVP_MD_CTX* context = thread_md_context();
  Digest digest{};
  ensure(EVP_DigestUpdate(context, bytes.data(), bytes.size()) == 1 &&
             EVP_DigestFinal_ex(context, digest.data(), nullptr) == 1,
         "SHA256");
  return digest;
}

Digest hmac_sha256(std::string_view key, std::string_view first, std::string_view second) {
  EVP_MAC_CTX* context = thread_mac_context();
  // A null key would mean "the one before": an empty key still needs an address.
  const unsigned char* key_bytes = key.empty() ? bytes_of("") : bytes_of(key);
  Digest digest{};
  std::size_t size = 0;
  ensure(EVP_MAC_init(context, key_bytes, key.size(), nullptr) == 1 &&
             EVP_MAC_update(context, bytes_of(first), first.size()) == 1 &&
             EVP_MAC_update(context, bytes_of(second), second.size()) == 1 &&
             EVP_MAC_final(context, digest.data(), &size, digest.size()) == 1 &&
             size == digest.size(),
         "HMAC");
  return digest;
}

bool equal_in_constant_time(const Digest& one, const Digest& other) {
  return CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

std::string to_hex(const Digest& digest) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  out.reserve(digest.size() * 2);
  for (const std::uint8_t byte : digest) {
    out.push_back(digits[byte >> 4]);
    out.push_back(digits[byte & 15]);
  }
  return out;
}

}  // namespace hookswitch::signing
