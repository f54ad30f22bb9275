#pragma once
#include <hookswitch/sealing/secret.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// AES-256-GCM (NIST SP 800-38D) behind OpenSSL 3's EVP. Thread safe. Throw std::runtime_error when
/// OpenSSL itself is broken.
namespace hookswitch::sealing {

inline constexpr std::size_t nonce_bytes = 12;
inline constexpr std::size_t tag_bytes = 16;

/// Fresh bytes of the system's generator; for keys its private one.
void fill_random(std::span<char> bytes);
void fill_random_key(Secret& key);

/// A fresh random nonce, the ciphertext, the tag.
[[nodiscard]] std::string encrypt(const Secret& key, std::string_view associated,
                                  std::string_view plain);
/// The inverse; nothing when a bit of anything was changed or the bytes are too few.
[[nodiscard]] std::optional<Secret> decrypt(const Secret& key, std::string_view associated,
                                            std::string_view bytes);

}  // namespace hookswitch::sealing
