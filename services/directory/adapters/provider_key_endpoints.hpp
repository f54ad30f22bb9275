#pragma once
#include "adapters/access.hpp"
#include "adapters/directory_database.hpp"

#include <hookswitch/core/result.hpp>
#include <hookswitch/http/server.hpp>
#include <hookswitch/sealing/master_keys.hpp>

#include <functional>

/// /v1/workspaces/{id}/provider-keys/{key}: the operator's only. A key goes in and never comes out
/// again. They block on the database, and throw what DirectoryDatabase throws.
namespace hookswitch::directory {

/// Reads the master keys as they are now, so that they rotate without a restart. Thread safe; may
/// block on a file.
using MasterKeySource = std::function<Result<sealing::MasterKeys>()>;

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
/// POST /v1/provider-keys:rewrap, with {}: every data key under the newest master key, so that
/// older ones are needed no more. 503 without master keys.
[[nodiscard]] http::Response rewrap_provider_keys(const http::Request& request,
                                                  const Principal& principal,
                                                  DirectoryDatabase& database,
                                                  const MasterKeySource& masters);

}  // namespace hookswitch::directory
