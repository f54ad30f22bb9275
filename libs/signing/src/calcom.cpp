#include "key_ring.hpp"

#include <hookswitch/signing/calcom.hpp>

namespace hookswitch::signing::calcom {

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::genuine:
      return "genuine";
    case Verdict::no_secrets:
      return "no_secrets";
    case Verdict::malformed_header:
      return "malformed_header";
    case Verdict::wrong_signature:
      return "wrong_signature";
  }
  return "unknown";
}

VerifiedBody verify_body(std::string_view body, std::string_view header,
                         std::span<const std::string> secrets) {
  if (!any_usable(secrets)) return {Verdict::no_secrets};
  // `no-secret-provided`, which Cal.com sends for a webhook without a secret, is not hex either.
  const auto digest = parse_hex_digest(header);
  if (!digest) return {Verdict::malformed_header};
  const auto sha256 = sha256_if_signed(secrets, body, {}, *digest);
  if (!sha256) return {Verdict::wrong_signature};
  return {Verdict::genuine, *sha256};
}

Verdict verify(std::string_view body, std::string_view header,
               std::span<const std::string> secrets) {
  return verify_body(body, header, secrets).verdict;
}

std::string sign(std::string_view body, std::string_view secret) {
  return to_hex(hmac_sha256(secret, body));
}

}  // namespace hookswitch::signing::calcom
