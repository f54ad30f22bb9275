#pragma once
#include "adapters/access.hpp"
#include "adapters/directory_database.hpp"
#include "adapters/master_key_source.hpp"

#include <hookswitch/http/server.hpp>

/// /v1/companies/{id}/api-keys/{provider}/{key}: the operator's, and the company's own. A key goes
/// in and never comes out again. Whose company it is not gets 404, as for one that is not there.
/// They block on the database, and throw what DirectoryDatabase throws.
namespace hookswitch::directory {

/// A page of what may be shown of a company's keys.
[[nodiscard]] http::Response list_api_keys(const http::Request& request, const Principal& principal,
                                           DirectoryDatabase& database);
/// {"key": "…", "state": "valid"|"retiring"}; without `key` only the state of one that is there
/// changes. 503 without master keys.
[[nodiscard]] http::Response put_api_key(const http::Request& request, const Principal& principal,
                                         DirectoryDatabase& database,
                                         const MasterKeySource& masters);
[[nodiscard]] http::Response delete_api_key(const http::Request& request,
                                            const Principal& principal,
                                            DirectoryDatabase& database);
/// POST /v1/companies/{id}/api-keys:reseal, with {}: a new data key for the company, and all its
/// keys sealed with it. The operator's only. 503 without master keys.
[[nodiscard]] http::Response reseal_api_keys(const http::Request& request,
                                             const Principal& principal,
                                             DirectoryDatabase& database,
                                             const MasterKeySource& masters);

}  // namespace hookswitch::directory
