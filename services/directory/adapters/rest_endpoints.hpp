#pragma once
#include "adapters/access.hpp"
#include "adapters/directory_database.hpp"
#include "domain/entities.hpp"

#include <hookswitch/core/time.hpp>
#include <hookswitch/http/server.hpp>

/// What each endpoint does with a request that has been let in. They block on the database, and
/// throw what DirectoryDatabase throws.
namespace hookswitch::directory {

[[nodiscard]] http::Response list_entities(Kind kind, const http::Request& request,
                                           const Principal& principal, DirectoryDatabase& database);
[[nodiscard]] http::Response get_entity(Kind kind, const http::Request& request,
                                        const Principal& principal, DirectoryDatabase& database);
[[nodiscard]] http::Response put_entity(Kind kind, const http::Request& request,
                                        const Principal& principal, DirectoryDatabase& database,
                                        TimePoint now);
[[nodiscard]] http::Response delete_entity(Kind kind, const http::Request& request,
                                           const Principal& principal, DirectoryDatabase& database);
/// POST /v1/numbers/{id}:move
[[nodiscard]] http::Response move_number(const http::Request& request, const Principal& principal,
                                         DirectoryDatabase& database);
/// POST /v1/resolve
[[nodiscard]] http::Response resolve_number(const http::Request& request,
                                            const Principal& principal,
                                            DirectoryDatabase& database);

/// GET /v1/unpublished
[[nodiscard]] http::Response count_unpublished(const http::Request& request,
                                               const Principal& principal,
                                               DirectoryDatabase& database);

}  // namespace hookswitch::directory
