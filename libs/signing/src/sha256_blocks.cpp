#include "sha256_blocks.hpp"

#include "hmac_key.hpp"

#if defined(__x86_64__)
#include <cpuid.h>

#include <array>
#include <utility>

namespace hookswitch::signing {
namespace {

/// FIPS 180-4 §4.2.2.
alignas(16) constexpr std::array<std::uint32_t, 64> constants{
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

constexpr std::size_t rounds_a_step = 4;
constexpr std::size_t steps = constants.size() / rounds_a_step;
/// Those after which no more of the schedule is needed.
constexpr std::size_t last_steps = 4;

/// Four words of 32 bits.
struct Words {
  __m128i four;
};
using Schedule = std::array<Words, 4>;  ///< its last 16 words, the place of the oldest moves on

template <std::size_t Count>
struct Lanes {
  std::array<Words, Count> abef;
  std::array<Words, Count> cdgh;
};

[[gnu::target("sha,sse4.1")]] inline __m128i load(const void* from) {
  return _mm_loadu_si128(static_cast<const __m128i*>(from));
}

/// Four rounds of each lane, and the four words of the schedule that come 16 later.
template <std::size_t Step, std::size_t Count>
[[gnu::target("sha,sse4.1"), gnu::always_inline]] inline void take_step(Lanes<Count>& lanes,
                                                                        Schedule& schedule) {
  __m128i& oldest = schedule[Step % 4].four;
  const __m128i second = schedule[(Step + 1) % 4].four;
  const __m128i third = schedule[(Step + 2) % 4].four;
  const __m128i newest = schedule[(Step + 3) % 4].four;
  __m128i now = _mm_add_epi32(oldest, load(&constants[Step * rounds_a_step]));
  for (std::size_t lane = 0; lane < Count; ++lane) {
    lanes.cdgh[lane].four =
        _mm_sha256rnds2_epu32(lanes.cdgh[lane].four, lanes.abef[lane].four, now);
  }
  now = _mm_shuffle_epi32(now, 0x0e);
  for (std::size_t lane = 0; lane < Count; ++lane) {
    lanes.abef[lane].four =
        _mm_sha256rnds2_epu32(lanes.abef[lane].four, lanes.cdgh[lane].four, now);
  }
  if constexpr (Step < steps - last_steps) {
    oldest = _mm_sha256msg2_epu32(
        _mm_add_epi32(_mm_sha256msg1_epu32(oldest, second), _mm_alignr_epi8(newest, third, 4)),
        newest);
  }
}

template <std::size_t Count, std::size_t... Step>
[[gnu::target("sha,sse4.1"), gnu::always_inline]] inline void take_steps(
    Lanes<Count>& lanes, Schedule& schedule, std::index_sequence<Step...> /*steps*/) {
  (take_step<Step>(lanes, schedule), ...);
}

/// The rounds of `count` blocks for each of the lanes, which do not wait for one another: the
/// processor has two rounds of one lane take four cycles, and can begin others meanwhile.
template <std::size_t Count>
[[gnu::target("sha,sse4.1")]] Lanes<Count> take_blocks(Lanes<Count> lanes,
                                                       const std::uint8_t* blocks,
                                                       std::size_t count) {
  const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  for (; count > 0; --count, blocks += block_bytes) {
    const Lanes<Count> before = lanes;
    Schedule schedule;
    for (std::size_t i = 0; i < schedule.size(); ++i) {
      schedule[i].four = _mm_shuffle_epi8(load(blocks + i * sizeof(Words)), big_endian);
    }
    take_steps(lanes, schedule, std::make_index_sequence<steps>());
    for (std::size_t lane = 0; lane < Count; ++lane) {
      lanes.abef[lane].four = _mm_add_epi32(lanes.abef[lane].four, before.abef[lane].four);
      lanes.cdgh[lane].four = _mm_add_epi32(lanes.cdgh[lane].four, before.cdgh[lane].four);
    }
  }
  return lanes;
}

int as_int(std::uint32_t word) { return static_cast<int>(word); }

}  // namespace

bool has_sha256_blocks() {
  static const bool has = [] {
    constexpr unsigned sse41 = 1U << 19U;  // leaf 1, ecx
    constexpr unsigned sha = 1U << 29U;    // leaf 7, ebx
    unsigned eax = 0;
    unsigned ebx = 0;
    unsigned ecx = 0;
    unsigned edx = 0;
    if (__get_cpuid(1, &eax, &ebx, &ecx, &edx) == 0 || (ecx & sse41) == 0) return false;
    return __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) != 0 && (ebx & sha) != 0;
  }();
  return has;
}

/// FIPS 180-4 §5.3.3.
Sha256State::Sha256State()
    : abef_(_mm_set_epi32(as_int(0x6a09e667), as_int(0xbb67ae85), as_int(0x510e527f),
                          as_int(0x9b05688c))),
      cdgh_(_mm_set_epi32(as_int(0x3c6ef372), as_int(0xa54ff53a), as_int(0x1f83d9ab),
                          as_int(0x5be0cd19))) {}

void Sha256State::take(const std::uint8_t* blocks, std::size_t count) {
  const auto lanes = take_blocks(Lanes<1>{{Words{abef_}}, {Words{cdgh_}}}, blocks, count);
  abef_ = lanes.abef[0].four;
  cdgh_ = lanes.cdgh[0].four;
}

void Sha256State::take_both(Sha256State& one, Sha256State& other, const std::uint8_t* blocks,
                            std::size_t count) {
  const auto lanes = take_blocks(
      Lanes<2>{{Words{one.abef_}, Words{other.abef_}}, {Words{one.cdgh_}, Words{other.cdgh_}}},
      blocks, count);
  one.abef_ = lanes.abef[0].four;
  one.cdgh_ = lanes.cdgh[0].four;
  other.abef_ = lanes.abef[1].four;
  other.cdgh_ = lanes.cdgh[1].four;
}

Digest Sha256State::digest() const {
  alignas(16) std::array<std::uint32_t, 4> feba{};
  alignas(16) std::array<std::uint32_t, 4> hgdc{};
  _mm_store_si128(reinterpret_cast<__m128i*>(feba.data()), abef_);
  _mm_store_si128(reinterpret_cast<__m128i*>(hgdc.data()), cdgh_);
  const std::array words{feba[3], feba[2], hgdc[3], hgdc[2], feba[1], feba[0], hgdc[1], hgdc[0]};
  Digest digest{};
  for (std::size_t i = 0; i < digest.size(); ++i) {
    digest[i] = static_cast<std::uint8_t>(words[i / 4] >> (24 - 8 * (i % 4)));
  }
  return digest;
}

}  // namespace hookswitch::signing
#endif
