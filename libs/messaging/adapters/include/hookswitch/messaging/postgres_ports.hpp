#pragma once
#include <hookswitch/messaging/ports.hpp>
#include <hookswitch/messaging/postgres_store.hpp>

#include <memory>
#include <string>

namespace hookswitch::messaging {

/// The Store port on Postgres, with a connection of its own (made when first needed). One thread.
[[nodiscard]] std::unique_ptr<Store> make_postgres_store(const postgres::ConnectionOptions& options,
                                                         const std::string& schema,
                                                         PostgresHandlerFactory handlers,
                                                         PostgresTenantFinder find_tenants = {});

}  // namespace hookswitch::messaging
