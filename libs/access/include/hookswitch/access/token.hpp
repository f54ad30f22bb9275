#pragma once
#include <hookswitch/signing/digest.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace hookswitch::access {

/// `hs_<id>_<secret>`: the id is 16 lower-case hex digits, the secret 256 bits as 43 characters of
/// base64url.
inline constexpr std::size_t token_characters = 63;

struct NewToken {
  std::string id;
  std::string text;  ///< shown once, kept nowhere
  signing::Digest sha256;
};
/// Drawn from the system's generator. Throws std::system_error when it has nothing to give. Thread
/// safe.
[[nodiscard]] NewToken make_token();

/// The id of a text that has a token's form, as a view of it; nothing for any other text. Whether
/// there is such a token, it does not say.
[[nodiscard]] std::optional<std::string_view> token_id(std::string_view text);

/// True for 16 lower-case hex digits.
[[nodiscard]] bool is_token_id(std::string_view text);

}  // namespace hookswitch::access
