#pragma once
#include <hookswitch/sealing/secret.hpp>

#include <optional>
#include <string_view>

namespace hookswitch::sealing {

/// 32 bytes from 64 hex digits (of either case) or 44 characters of base64 (RFC 4648 §4, with its
/// padding, unused bits zero); nothing for any other text.
[[nodiscard]] std::optional<Secret> parse_key(std::string_view text);

}  // namespace hookswitch::sealing
