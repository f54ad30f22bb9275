#pragma once
#include "application/ports.hpp"

#include <hookswitch/events/cloud_event.hpp>
#include <hookswitch/postgres/connection.hpp>
#include <hookswitch/telemetry/metrics.hpp>

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

/// Deletes the webhooks that have waited for their booking longer than an inbox remembers (35
/// days): nothing can be told of them any more that was not told again since. `owner` is the owner
/// role's connection. Throws what postgres::execute_alone throws.
/// Counted in hookswitch_waiting_webhooks_forgotten_total.
void forget_old_waiting(postgres::Connection& owner, telemetry::Registry& registry);

}  // namespace hookswitch::booking
