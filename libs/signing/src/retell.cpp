#include "key_ring.hpp"

#include <hookswitch/signing/retell.hpp>

namespace hookswitch::signing::retell {
namespace {

/// Both SDKs sign the number that they read, so what they cannot hold exactly, they refuse: npm
/// beyond 2^53 - 1 (Number.isSafeInteger), PyPI beyond 4300 digits (CPython's limit for int(str),
/// leading zeros included).
constexpr std::int64_t timestamp_max = (std::int64_t{1} << 53) - 1;
constexpr std::size_t digits_max = 4300;

std::optional<std::int64_t> parse_timestamp(std::string_view digits) {
  if (digits.empty() || digits.size() > digits_max) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
    if (value > timestamp_max) return std::nullopt;
  }
  return value;
}

struct Header {
  std::int64_t timestamp_ms = 0;
  Digest digest{};
};

std::optional<Header> parse(std::string_view header) {
  constexpr std::string_view prefix = "v=";
  constexpr std::string_view infix = ",d=";
  if (!header.starts_with(prefix)) return std::nullopt;
  header.remove_prefix(prefix.size());
  const std::size_t comma = header.find(infix);
  if (comma == std::string_view::npos) return std::nullopt;
  const auto timestamp = parse_timestamp(header.substr(0, comma));
  const auto digest = parse_hex_digest(header.substr(comma + infix.size()));
  if (!timestamp || !digest) return std::nullopt;
  return Header{*timestamp, *digest};
}

bool within_tolerance(std::int64_t timestamp_ms, TimePoint now) {
  const auto age = now - from_epoch_ms(timestamp_ms);
  return age <= tolerance && age >= -tolerance;
}

}  // namespace

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::genuine:
      return "genuine";
    case Verdict::no_keys:
      return "no_keys";
    case Verdict::malformed_header:
      return "malformed_header";
    case Verdict::outside_tolerance:
      return "outside_tolerance";
    case Verdict::wrong_signature:
      return "wrong_signature";
  }
  return "unknown";
}

VerifiedBody verify_body(std::string_view body, std::string_view header,
                         std::span<const std::string> keys, TimePoint now) {
  if (!any_usable(keys)) return {Verdict::no_keys};
  const auto parsed = parse(header);
  if (!parsed) return {Verdict::malformed_header};
  if (!within_tolerance(parsed->timestamp_ms, now)) return {Verdict::outside_tolerance};
  const std::string decimal = std::to_string(parsed->timestamp_ms);
  const auto sha256 = sha256_if_signed(keys, body, decimal, parsed->digest);
  if (!sha256) return {Verdict::wrong_signature};
  return {Verdict::genuine, *sha256};
}

Verdict verify(std::string_view body, std::string_view header, std::span<const std::string> keys,
               TimePoint now) {
  return verify_body(body, header, keys, now).verdict;
}

std::string sign(std::string_view body, std::string_view key, TimePoint now) {
  const std::string decimal = std::to_string(to_epoch_ms(now));
  return "v=" + decimal + ",d=" + to_hex(hmac_sha256(key, body, decimal));
}

}  // namespace hookswitch::signing::retell
