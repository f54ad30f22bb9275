#pragma once
#include <hookswitch/access/authorise.hpp>
#include <hookswitch/core/result.hpp>

#include <optional>
#include <string_view>

namespace hookswitch::access {

/// Applies the directory topic's record `token/<id>` (hookswitch.directory.v1.AccessToken): its
/// value, or nothing for its tombstone. A Rejection (`unreadable_token`) when it is not such a
/// record, has no scope or no permission that is known here; the token is gone then, so that it
/// opens nothing. Pure.
[[nodiscard]] Result<void> apply_token(TokenSet& tokens, std::string_view id,
                                       std::optional<std::string_view> value);

}  // namespace hookswitch::access
