#pragma once
#include "adapters/access.hpp"
#include "adapters/directory_database.hpp"
#include "adapters/master_key_source.hpp"

#include <hookswitch/http/server.hpp>

/// /v1/workspaces/{id}/provider-keys/{key}: the operator's only. A key goes in and never comes out
/// again. They block on the database, and throw what DirectoryDatabase throws.
namespace hookswitch::directory {

/// What may be shown of a workspace's keys.
[[nodiscard]] http::Response list_provider_keys(const http::Request& request,
                                                const Principal& principal,
                                                DirectoryDatabase& database);
/// {"provider": "retell"|"calcom", "key": "…", "state": "valid"|"retiring"}; without `key` only the
/// state of one that is there changes. 503 without master keys.
[[nodiscard]] http::Response put_provider_key(const http::Request& request,
                                              const Principal& principal,
                                              DirectoryDatabase& database,
                                              const MasterKeySource& masters);
[[nodiscard]] http::Response delete_provider_key(const http::Request& request,
                                                 const Principal& principal,
                                                 DirectoryDatabase& database);

}  // namespace hookswitch::directory
