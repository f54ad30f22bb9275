#pragma once
#include <hookswitch/postgres/connection.hpp>

#include <cstdint>
#include <string>
#include <vector>

/// What has to be so before the first message is touched. Each throws std::runtime_error with a
/// sentence for the operator when it is not, and postgres::Unavailable when the server is away.
namespace hookswitch::messaging {

/// The role may not see past row-level security: no superuser, no BYPASSRLS, no owner of the schema
/// or of anything in it; and every table with a tenant_id forces it (design §5.4). Fails closed.
/// `unguarded`: tables of the service that have a tenant_id and are open on purpose, beside the
/// runtime's own.
void require_guarded_tenants(postgres::Connection& app, const std::string& schema,
                             const std::vector<std::string>& unguarded = {});

/// `replicas` × (`workers` + 1) connections stay 20 below max_connections, and within the role's
/// own limit (design §5.9).
void require_enough_connections(postgres::Connection& app, std::int64_t replicas,
                                std::int64_t workers);

}  // namespace hookswitch::messaging
