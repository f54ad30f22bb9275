#pragma once
#include "adapters/access.hpp"
#include "adapters/directory_database.hpp"
#include "adapters/master_key_source.hpp"

#include <hookswitch/http/server.hpp>

namespace hookswitch::directory {

/// POST /v1/provider-keys:rewrap, with {}: every data key, of workspaces and of companies, under
/// the newest master key, so that older ones are needed no more. The operator's only. 503 without
/// master keys. Blocks on the database, and throws what DirectoryDatabase throws.
[[nodiscard]] http::Response rewrap_data_keys(const http::Request& request,
                                              const Principal& principal,
                                              DirectoryDatabase& database,
                                              const MasterKeySource& masters);

}  // namespace hookswitch::directory
