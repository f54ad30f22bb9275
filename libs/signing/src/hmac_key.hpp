#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hookswitch::signing {

inline constexpr std::size_t block_bytes = 64;  ///< of SHA-256
using Block = std::array<std::uint8_t, block_bytes>;

inline constexpr std::uint8_t inner_pad = 0x36;
inline constexpr std::uint8_t outer_pad = 0x5C;

/// The key as one block, every byte of it against `pad` (RFC 2104 §2). To be wiped by who asks.
[[nodiscard]] Block padded(std::string_view key, std::uint8_t pad);

}  // namespace hookswitch::signing
