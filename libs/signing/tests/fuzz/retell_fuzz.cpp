// Any header: the verdict is the one that the rule, told again in a few lines, gives.
#include <hookswitch/signing/retell.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

using namespace hookswitch;
using signing::retell::Verdict;

namespace {

constexpr std::int64_t now_ms = 1'795'421'700'000;
constexpr std::size_t digest_digits = 64;

bool only(std::string_view text, std::string_view of) {
  return text.find_first_not_of(of) == std::string_view::npos;
}

/// The timestamp without leading zeros, when the whole header is well formed.
std::optional<std::string> timestamp_of(std::string_view header) {
  if (header.size() < 2 + 1 + 3 + digest_digits || !header.starts_with("v=")) return std::nullopt;
  const auto infix = header.size() - digest_digits - 3;
  const auto digits = header.substr(2, infix - 2);
  const bool shaped = header.substr(infix, 3) == ",d=" &&
                      only(header.substr(infix + 3), "0123456789abcdef") &&
                      only(digits, "0123456789") && digits.size() <= 4300;
  if (!shaped) return std::nullopt;
  const std::string value(
      digits.substr(std::min(digits.find_first_not_of('0'), digits.size() - 1)));
  constexpr std::string_view most = "9007199254740991";
  const bool exact = value.size() < most.size() || (value.size() == most.size() && value <= most);
  return exact ? std::optional(value) : std::nullopt;
}

Verdict expected(const std::string& header, const std::string& body, const std::string& key) {
  const auto timestamp = timestamp_of(header);
  if (!timestamp) return Verdict::malformed_header;
  const auto ms = std::stoll(*timestamp);
  if (std::abs(ms - now_ms) > 300'000) return Verdict::outside_tolerance;
  const auto made = signing::retell::sign(body, key, from_epoch_ms(ms));
  const bool same =
      made.substr(made.size() - digest_digits) == header.substr(header.size() - digest_digits);
  return same ? Verdict::genuine : Verdict::wrong_signature;
}

/// The first byte says what is tried: the bytes alone, or behind as much of a genuine header, which
/// the next two bytes date up to nine hours from now.
std::string header_of(std::string_view bytes, const std::string& body, const std::string& key) {
  if (bytes.size() < 3 || static_cast<unsigned char>(bytes[0]) >= 0xC0) {
    return std::string(bytes.substr(std::min<std::size_t>(bytes.size(), 1)));
  }
  std::int16_t seconds = 0;
  std::memcpy(&seconds, bytes.data() + 1, sizeof seconds);
  const auto good = signing::retell::sign(body, key, from_epoch_ms(now_ms + seconds * 1000));
  const auto kept = static_cast<unsigned char>(bytes[0]) % (good.size() + 1);
  return good.substr(0, kept) + std::string(bytes.substr(3));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<std::string> keys{"", "key_fuzz"};
  static const std::string body = "{}";
  const auto header = header_of({reinterpret_cast<const char*>(data), size}, body, keys.back());
  const auto verdict = signing::retell::verify(body, header, keys, from_epoch_ms(now_ms));
  if (verdict != expected(header, body, keys.back())) std::abort();
  return 0;
}
