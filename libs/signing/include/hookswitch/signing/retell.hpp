#pragma once
#include <hookswitch/core/time.hpp>
#include <hookswitch/signing/digest.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>

/// X-Retell-Signature: `v=<unix ms>,d=<64 lower-case hex>`, d = HMAC-SHA256(API key, body ||
/// decimal ms). The rule is the intersection of Retell's current npm and PyPI SDKs (contracts §1):
/// what both accept, we accept, and nothing else.
namespace hookswitch::signing::retell {

inline constexpr Milliseconds tolerance{300'000};

enum class Verdict {
  genuine,
  no_keys,  ///< nothing to verify with: always refused
  malformed_header,
  outside_tolerance,  ///< more than 5 minutes old or ahead (exactly 5 minutes passes)
  wrong_signature,
};
[[nodiscard]] std::string_view to_string(Verdict verdict);

/// Verifies over the raw bytes, before any parsing. Every key is tried in full, so the time taken
/// does not tell which one matched; empty keys never match. Comparison is constant time. Thread
/// safe.
[[nodiscard]] Verdict verify(std::string_view body, std::string_view header,
                             std::span<const std::string> keys, TimePoint now);

/// What verify() says, and of a genuine body its SHA-256, which costs little beside the signature.
struct VerifiedBody {
  Verdict verdict;
  Digest sha256{};  ///< all zero unless genuine
};
[[nodiscard]] VerifiedBody verify_body(std::string_view body, std::string_view header,
                                       std::span<const std::string> keys, TimePoint now);

/// The header value for a body, as Retell would sign it at `now`.
[[nodiscard]] std::string sign(std::string_view body, std::string_view key, TimePoint now);

}  // namespace hookswitch::signing::retell
