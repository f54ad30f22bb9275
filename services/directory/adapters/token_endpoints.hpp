#pragma once
#include "adapters/access.hpp"
#include "adapters/directory_database.hpp"

#include <hookswitch/core/time.hpp>
#include <hookswitch/http/server.hpp>

/// /v1/tokens: the operator's only. A token is shown once, when it is made. They block on the
/// database, and throw what DirectoryDatabase throws.
namespace hookswitch::directory {

/// {"company_id": "…" (absent: the operator), "permission": "read"|"write", "expires_at": RFC 3339,
/// "label": "…"}
[[nodiscard]] http::Response create_token(const http::Request& request, const Principal& principal,
                                          DirectoryDatabase& database, TimePoint now);
/// A page in the order of the ids; a token is gone from it when it has been no good for
/// tokens_kept_after_end.
[[nodiscard]] http::Response list_tokens(const http::Request& request, const Principal& principal,
                                         DirectoryDatabase& database);
/// DELETE /v1/tokens/{id}: revokes it.
[[nodiscard]] http::Response revoke_token(const http::Request& request, const Principal& principal,
                                          DirectoryDatabase& database);

}  // namespace hookswitch::directory
