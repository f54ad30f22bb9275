#pragma once
#include "application/ports.hpp"

#include <hookswitch/events/cloud_event.hpp>
#include <hookswitch/postgres/connection.hpp>

#include <optional>
#include <span>
#include <vector>

/// Whose bookings are, for webhooks that name no tenant (docs/decisions/0022).
namespace hookswitch::booking {

/// For each webhook the tenant that its workspace has proven to be its booking's, if any. A
/// messaging::PostgresTenantFinder.
[[nodiscard]] std::vector<std::optional<TenantId>> find_tenants(
    postgres::Connection& connection, std::span<const events::Envelope* const> webhooks);

/// AppointmentStore::claim().
[[nodiscard]] std::vector<WaitingWebhook> claim_uids(postgres::Transaction& transaction,
                                                     std::span<const UidClaim> claims,
                                                     std::span<const WaitingWebhook> waiting);

}  // namespace hookswitch::booking
