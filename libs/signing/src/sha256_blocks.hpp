#pragma once
#include <hookswitch/signing/digest.hpp>

#include <cstddef>
#include <cstdint>

#if defined(__x86_64__)
#include <immintrin.h>

namespace hookswitch::signing {

/// Whether this processor has the instructions of what follows.
[[nodiscard]] bool has_sha256_blocks();

/// The hash value of SHA-256 between blocks (FIPS 180-4 §6.2), for processors with its
/// instructions. Value type.
class Sha256State {
 public:
  Sha256State();
  void take(const std::uint8_t* blocks, std::size_t count);
  /// The same blocks into both, their schedule made once.
  static void take_both(Sha256State& one, Sha256State& other, const std::uint8_t* blocks,
                        std::size_t count);
  [[nodiscard]] Digest digest() const;

 private:
  // As the instructions want the eight words a to h: their first and second four, mixed.
  __m128i abef_;
  __m128i cdgh_;
};

}  // namespace hookswitch::signing
#endif
