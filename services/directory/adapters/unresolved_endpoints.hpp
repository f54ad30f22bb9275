#pragma once
#include "adapters/access.hpp"
#include "adapters/directory_database.hpp"
#include "adapters/unresolved_probe.hpp"

#include <hookswitch/http/server.hpp>

/// /v1/unresolved-webhooks: the operator's only, because they are nobody's. They block on the
/// database, and throw what DirectoryDatabase throws.
namespace hookswitch::directory {

/// What waits and for what, a page at a time; never a body.
[[nodiscard]] http::Response list_unresolved(const http::Request& request,
                                             const Principal& principal,
                                             DirectoryDatabase& database);
/// POST /v1/unresolved-webhooks/{id}:release with {} or {"company_id": "…"}. 404 when it does not
/// wait (any more).
[[nodiscard]] http::Response release_unresolved(const http::Request& request,
                                                const Principal& principal,
                                                DirectoryDatabase& database,
                                                const UnresolvedProbe& probe);

}  // namespace hookswitch::directory
