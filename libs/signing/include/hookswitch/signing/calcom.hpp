#pragma once
#include <hookswitch/signing/digest.hpp>

#include <span>
#include <string>
#include <string_view>

/// X-Cal-Signature-256: 64 lower-case hex digits of HMAC-SHA256(secret, body), no prefix, no
/// timestamp (contracts §3.1). The literal `no-secret-provided` and an unset secret are refused.
namespace hookswitch::signing::calcom {

enum class Verdict { genuine, no_secrets, malformed_header, wrong_signature };
[[nodiscard]] std::string_view to_string(Verdict verdict);

/// Verifies over the raw bytes; every secret is tried in full, empty ones never match; constant
/// time compare. Thread safe.
[[nodiscard]] Verdict verify(std::string_view body, std::string_view header,
                             std::span<const std::string> secrets);

/// What verify() says, and of a genuine body its SHA-256, which costs little beside the signature.
struct VerifiedBody {
  Verdict verdict;
  Digest sha256{};  ///< all zero unless genuine
};
[[nodiscard]] VerifiedBody verify_body(std::string_view body, std::string_view header,
                                       std::span<const std::string> secrets);

/// The header value for a body, as Cal.com would sign it.
[[nodiscard]] std::string sign(std::string_view body, std::string_view secret);

}  // namespace hookswitch::signing::calcom
