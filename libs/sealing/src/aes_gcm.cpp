#include "aes_gcm.hpp"

#include <hookswitch/sealing/master_keys.hpp>

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <limits>
#include <memory>
#include <stdexcept>

namespace hookswitch::sealing {
namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using Cipher = std::unique_ptr<EVP_CIPHER, Freed<EVP_CIPHER_free>>;
using Context = std::unique_ptr<EVP_CIPHER_CTX, Freed<EVP_CIPHER_CTX_free>>;

void ensure(bool worked, const char* what) {
  if (!worked) throw std::runtime_error(std::string("OpenSSL: ") + what);
}

const unsigned char* in(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* out(std::span<char> bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

int size_of(std::string_view text) {
  if (text.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    throw std::length_error("more bytes than one call can encrypt");
  }
  return static_cast<int>(text.size());
}

/// Keyed and told the associated data; freeing it overwrites the key's schedule.
Context begin(const Secret& key, std::string_view nonce, std::string_view associated,
              bool encrypting) {
  static const Cipher aes{EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr)};
  ensure(aes != nullptr, "no AES-256-GCM");
  if (key.size() != key_bytes) throw std::logic_error("a key of another size than AES-256's");
  Context context{EVP_CIPHER_CTX_new()};
  int done = 0;
  ensure(context != nullptr, "no cipher context");
  ensure(EVP_CipherInit_ex2(context.get(), aes.get(), in(key.view()), in(nonce), encrypting ? 1 : 0,
                            nullptr) == 1,
         "AES-256-GCM init");
  ensure(EVP_CipherUpdate(context.get(), nullptr, &done, in(associated), size_of(associated)) == 1,
         "AES-256-GCM associated data");
  return context;
}

}  // namespace

void fill_random(std::span<char> bytes) {
  ensure(RAND_bytes(out(bytes), static_cast<int>(bytes.size())) == 1, "no random bytes");
}

void fill_random_key(Secret& key) {
  ensure(RAND_priv_bytes(out(key.bytes()), static_cast<int>(key.size())) == 1, "no random bytes");
}

std::string encrypt(const Secret& key, std::string_view associated, std::string_view plain) {
  std::string bytes(nonce_bytes + plain.size() + tag_bytes, '\0');
  const std::span<char> all(bytes);
  fill_random(all.first(nonce_bytes));
  const auto context = begin(key, std::string_view(bytes).substr(0, nonce_bytes), associated, true);
  int done = 0;
  // An empty update would be the end of the associated data to some, and nothing to others.
  if (!plain.empty()) {
    ensure(EVP_CipherUpdate(context.get(), out(all.subspan(nonce_bytes)), &done, in(plain),
                            size_of(plain)) == 1 &&
               done == size_of(plain),
           "AES-256-GCM encrypt");
  }
  unsigned char none[tag_bytes];
  ensure(EVP_CipherFinal_ex(context.get(), none, &done) == 1 && done == 0, "AES-256-GCM final");
  ensure(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, tag_bytes,
                             out(all.last(tag_bytes))) == 1,
         "AES-256-GCM tag");
  return bytes;
}

std::optional<Secret> decrypt(const Secret& key, std::string_view associated,
                              std::string_view bytes) {
  if (bytes.size() < nonce_bytes + tag_bytes) return std::nullopt;
  const auto nonce = bytes.substr(0, nonce_bytes);
  const auto cipher = bytes.substr(nonce_bytes, bytes.size() - nonce_bytes - tag_bytes);
  std::string tag(bytes.substr(bytes.size() - tag_bytes));
  const auto context = begin(key, nonce, associated, false);
  Secret plain(cipher.size());
  int done = 0;
  if (!cipher.empty()) {
    ensure(EVP_CipherUpdate(context.get(), out(plain.bytes()), &done, in(cipher),
                            size_of(cipher)) == 1 &&
               done == size_of(cipher),
           "AES-256-GCM decrypt");
  }
  ensure(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, tag_bytes, out(tag)) == 1,
         "AES-256-GCM tag");
  unsigned char none[tag_bytes];
  // The plain text is nobody's before this has said that it is genuine.
  if (EVP_CipherFinal_ex(context.get(), none, &done) != 1) return std::nullopt;
  return plain;
}

}  // namespace hookswitch::sealing
