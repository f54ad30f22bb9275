#pragma once
#include <hookswitch/signing/digest.hpp>

#include <string_view>

namespace hookswitch::signing {

/// What a webhook's body is summed up to: its signature and its content.
struct BodySums {
  Digest hmac;    ///< as hmac_sha256(key, body, suffix)
  Digest sha256;  ///< as sha256(body)
};

/// Both in one pass where the processor has SHA-256 instructions: the body's blocks lie alike in
/// both sums, because the key of HMAC is a block of its own (RFC 2104), so the schedule of a block
/// (FIPS 180-4 §6.2.2) is made once (docs/decisions/0102). Constant time in key and body. Thread
/// safe.
[[nodiscard]] BodySums body_sums(std::string_view key, std::string_view body,
                                 std::string_view suffix = {});

/// The same in two passes by OpenSSL: what other processors take, and tests compare with.
[[nodiscard]] BodySums body_sums_by_openssl(std::string_view key, std::string_view body,
                                            std::string_view suffix = {});

}  // namespace hookswitch::signing
