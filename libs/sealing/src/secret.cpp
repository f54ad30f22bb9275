#include <hookswitch/sealing/secret.hpp>

#include <openssl/crypto.h>

#include <algorithm>
#include <utility>

namespace hookswitch::sealing {

Secret::Secret(std::size_t size) : data_(std::make_unique<char[]>(size)), size_(size) {}

Secret Secret::copy_of(std::string_view bytes) {
  Secret secret(bytes.size());
  std::ranges::copy(bytes, secret.data_.get());
  return secret;
}

Secret::~Secret() { forget(); }

Secret::Secret(Secret&& other) noexcept
    : data_(std::move(other.data_)), size_(std::exchange(other.size_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    forget();
    data_ = std::move(other.data_);
    size_ = std::exchange(other.size_, 0);
  }
  return *this;
}

void Secret::forget() {
  if (data_) OPENSSL_cleanse(data_.get(), size_);
}

bool same(const Secret& one, const Secret& other) {
  return one.size() == other.size() &&
         CRYPTO_memcmp(one.view().data(), other.view().data(), one.size()) == 0;
}

}  // namespace hookswitch::sealing
