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

/// The body's SHA-256 when a key that is not empty makes `expected` over body and suffix; else
/// nothing. Tries all of them in full, compares in constant time.
[[nodiscard]] std::optional<Digest> sha256_if_signed(std::span<const std::string> keys,
                                                     std::string_view body, std::string_view suffix,
                                                     const Digest& expected);

}  // namespace hookswitch::signing
