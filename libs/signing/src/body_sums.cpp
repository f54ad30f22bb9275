#include "hmac_key.hpp"
#include "sha256_blocks.hpp"

#include <hookswitch/signing/body_sums.hpp>

#include <openssl/crypto.h>

#include <algorithm>

namespace hookswitch::signing {

BodySums body_sums_by_openssl(std::string_view key, std::string_view body,
                              std::string_view suffix) {
  return {hmac_sha256(key, body, suffix), sha256(body)};
}

#if defined(__x86_64__)

namespace {

const std::uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

/// A sum under way: the state after whole blocks, and the bytes that do not fill one yet.
class Sum {
 public:
  void add(std::string_view bytes) {
    while (!bytes.empty()) {
      const std::string_view part = bytes.substr(0, block_bytes - size_ % block_bytes);
      std::copy(part.begin(), part.end(),
                rest_.begin() + static_cast<std::ptrdiff_t>(size_ % block_bytes));
      size_ += part.size();
      bytes.remove_prefix(part.size());
      if (size_ % block_bytes == 0) state_.take(rest_.data(), 1);
    }
  }

  /// One bit, zeros, and the length in bits (FIPS 180-4 §5.1.1).
  [[nodiscard]] Digest end() {
    const std::uint64_t bits = std::uint64_t{size_} * 8;
    std::size_t filled = size_ % block_bytes;
    rest_[filled++] = 0x80;
    if (filled > block_bytes - sizeof bits) {
      std::fill(rest_.begin() + static_cast<std::ptrdiff_t>(filled), rest_.end(), std::uint8_t{0});
      state_.take(rest_.data(), 1);
      filled = 0;
    }
    std::fill(rest_.begin() + static_cast<std::ptrdiff_t>(filled), rest_.end(), std::uint8_t{0});
    for (std::size_t i = 0; i < sizeof bits; ++i) {
      rest_[block_bytes - 1 - i] = static_cast<std::uint8_t>(bits >> (8 * i));
    }
    state_.take(rest_.data(), 1);
    return state_.digest();
  }

  /// To both, each of which has whole blocks so far.
  static void add_to_both(Sum& one, Sum& other, std::string_view bytes) {
    const std::size_t blocks = bytes.size() / block_bytes;
    Sha256State::take_both(one.state_, other.state_, bytes_of(bytes), blocks);
    one.size_ += blocks * block_bytes;
    other.size_ += blocks * block_bytes;
    one.add(bytes.substr(blocks * block_bytes));
    other.add(bytes.substr(blocks * block_bytes));
  }

  /// What of the key went in here is not to stay in memory.
  void wipe() {
    OPENSSL_cleanse(rest_.data(), rest_.size());
    OPENSSL_cleanse(&state_, sizeof state_);
  }

 private:
  Sha256State state_;
  Block rest_{};
  std::size_t size_ = 0;
};

void add_padded(Sum& sum, std::string_view key, std::uint8_t pad) {
  Block block = padded(key, pad);
  sum.add({reinterpret_cast<const char*>(block.data()), block.size()});
  OPENSSL_cleanse(block.data(), block.size());
}

}  // namespace

BodySums body_sums(std::string_view key, std::string_view body, std::string_view suffix) {
  if (!has_sha256_blocks()) return body_sums_by_openssl(key, body, suffix);
  Sum inner;
  Sum content;
  Sum outer;
  add_padded(inner, key, inner_pad);
  add_padded(outer, key, outer_pad);
  Sum::add_to_both(inner, content, body);
  inner.add(suffix);
  outer.add(as_bytes(inner.end()));
  const BodySums sums{outer.end(), content.end()};
  inner.wipe();
  outer.wipe();
  return sums;
}

#else

BodySums body_sums(std::string_view key, std::string_view body, std::string_view suffix) {
  return body_sums_by_openssl(key, body, suffix);
}

#endif

}  // namespace hookswitch::signing
