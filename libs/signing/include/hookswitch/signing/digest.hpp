#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace hookswitch::signing {

using Digest = std::array<std::uint8_t, 32>;

/// SHA-256. Thread safe.
[[nodiscard]] Digest sha256(std::string_view bytes);
/// HMAC-SHA256 over the concatenation of the two parts (the second may be empty). Thread safe.
[[nodiscard]] Digest hmac_sha256(std::string_view key, std::string_view first,
                                 std::string_view second = {});
/// 64 lower-case hex digits.
[[nodiscard]] std::string to_hex(const Digest& digest);
/// Takes as long wherever the two differ. Thread safe.
[[nodiscard]] bool equal_in_constant_time(const Digest& one, const Digest& other);
/// The digest's 32 raw bytes as a view; the digest must outlive it.
[[nodiscard]] inline std::string_view as_bytes(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace hookswitch::signing
