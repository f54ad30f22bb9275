#pragma once
#include <hookswitch/signing/digest.hpp>

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace hookswitch::signing {

/// Exactly 64 lower-case hex digits, or nothing.
[[nodiscard]] std::optional<Digest> parse_hex_digest(std::string_view text);

[[nodiscard]] inline bool any_usable(std::span<const std::string> keys) {
  return std::any_of(keys.begin(), keys.end(), [](const std::string& key) { return !key.empty(); });
}

/// Whether a key that is not empty makes `expected` over the two parts. Tries all of them in full,
/// compares in constant time.
[[nodiscard]] bool any_key_signs(std::span<const std::string> keys, std::string_view first,
                                 std::string_view second, const Digest& expected);

}  // namespace hookswitch::signing
