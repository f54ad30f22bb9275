#include "adapters/uid_owners.hpp"

#include <hookswitch/postgres/row_writer.hpp>
#include <hookswitch/telemetry/log.hpp>

#include <map>
#include <string>
#include <utility>

namespace hookswitch::booking {
namespace {

using Key = std::pair<std::string, std::string>;  // workspace, uid
using Owners = std::map<Key, std::optional<TenantId>>;

constexpr std::string_view known_owners =
    "SELECT workspace, uid, tenant_id FROM booking.uid_owner WHERE tenant_id IS NOT NULL"
    " AND (workspace, uid) IN (SELECT * FROM unnest($1::text[], $2::text[]))";

std::vector<postgres::Parameter> key_arrays(const std::vector<Key>& keys) {
  std::vector<std::string> workspaces;
  std::vector<std::string> uids;
  for (const auto& [workspace, uid] : keys) {
    workspaces.push_back(workspace);
    uids.push_back(uid);
  }
  return {postgres::array_literal(workspaces), postgres::array_literal(uids)};
}

Owners owners_of(const postgres::Rows& rows) {
  Owners owners;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const auto tenant = rows.at(row, 2);
    owners[{std::string(rows.text(row, 0)), std::string(rows.text(row, 1))}] =
        tenant ? std::optional(TenantId(std::string(*tenant))) : std::nullopt;
  }
  return owners;
}

/// Nothing for a booking that a webhook waits for.
Owners wanted_owners(std::span<const UidClaim> claims, std::span<const WaitingWebhook> waiting) {
  Owners wanted;
  for (const auto& one : waiting) wanted[{one.workspace, one.uid.str()}] = std::nullopt;
  for (const auto& one : claims) wanted[{one.workspace, one.uid.str()}] = one.tenant;
  return wanted;
}

void require_unclaimed(const Owners& owners, std::span<const WaitingWebhook> waiting) {
  for (const auto& one : waiting) {
    const auto owner = owners.find({one.workspace, one.uid.str()});
    if (owner != owners.end() && owner->second) {
      throw postgres::Conflict("a booking that a webhook would wait for has been claimed");
    }
  }
}

/// Writes the owners that are not known yet, in key order. The rows' locks make those that claim a
/// booking and those that wait for it see one another: each waits here for the other's commit.
Owners write_owners(postgres::Transaction& transaction, const Owners& wanted) {
  postgres::RowWriter rows("booking.uid_owner",
                           {{"workspace", "text"}, {"uid", "text"}, {"tenant_id", "text"}});
  for (const auto& [key, tenant] : wanted) {
    rows.add(key.first);
    rows.add(key.second);
    rows.add(tenant ? std::optional(tenant->str()) : std::nullopt);
  }
  rows.write(transaction,
             "ON CONFLICT (workspace, uid) DO UPDATE SET"
             " tenant_id = coalesce(uid_owner.tenant_id, excluded.tenant_id)");
  std::vector<Key> keys;
  for (const auto& [key, tenant] : wanted) keys.push_back(key);
  return owners_of(transaction.execute(known_owners, key_arrays(keys)));
}

std::vector<WaitingWebhook> take_waiting(postgres::Transaction& transaction,
                                         const std::vector<Key>& keys) {
  std::vector<WaitingWebhook> taken;
  if (keys.empty()) return taken;
  const auto rows = transaction.execute(
      "DELETE FROM booking.waiting_webhook WHERE (workspace, uid) IN"
      " (SELECT * FROM unnest($1::text[], $2::text[]))"
      " RETURNING webhook_id, workspace, uid, event, received_at_ms, body",
      key_arrays(keys));
  for (std::size_t row = 0; row < rows.size(); ++row) {
    taken.push_back({Uuid::parse(rows.text(row, 0)).value(), std::string(rows.text(row, 1)),
                     BookingUid(std::string(rows.text(row, 2))), std::string(rows.text(row, 3)),
                     from_epoch_ms(rows.integer(row, 4)), std::string(rows.text(row, 5))});
  }
  return taken;
}

void write_waiting(postgres::Transaction& transaction, std::span<const WaitingWebhook> waiting) {
  postgres::RowWriter rows("booking.waiting_webhook", {{"webhook_id", "uuid"},
                                                       {"workspace", "text"},
                                                       {"uid", "text"},
                                                       {"event", "text"},
                                                       {"received_at_ms", "bigint"},
                                                       {"body", "text"}});
  for (const auto& one : waiting) {
    rows.add(one.id.to_string());
    rows.add(one.workspace);
    rows.add(one.uid.str());
    rows.add(one.event);
    rows.add(std::to_string(to_epoch_ms(one.received_at)));
    rows.add(one.body);
  }
  rows.write(transaction, "ON CONFLICT DO NOTHING");
}

}  // namespace

std::vector<std::optional<TenantId>> find_tenants(
    postgres::Connection& connection, std::span<const events::Envelope* const> webhooks) {
  std::vector<Key> keys;
  for (const auto* webhook : webhooks) keys.emplace_back(webhook->workspace, webhook->subject);
  const auto owners =
      owners_of(postgres::execute_alone(connection, known_owners, key_arrays(keys)));
  std::vector<std::optional<TenantId>> tenants;
  for (const auto& key : keys) {
    const auto found = owners.find(key);
    tenants.push_back(found != owners.end() ? found->second : std::nullopt);
  }
  return tenants;
}

std::vector<WaitingWebhook> claim_uids(postgres::Transaction& transaction,
                                       std::span<const UidClaim> claims,
                                       std::span<const WaitingWebhook> waiting) {
  auto wanted = wanted_owners(claims, waiting);
  std::vector<Key> keys;
  for (const auto& [key, tenant] : wanted) keys.push_back(key);
  // An owner once known stays, so most batches end here.
  const auto known = owners_of(transaction.execute(known_owners, key_arrays(keys)));
  require_unclaimed(known, waiting);
  for (const auto& [key, tenant] : known) wanted.erase(key);
  if (wanted.empty()) return {};
  const auto written = write_owners(transaction, wanted);
  require_unclaimed(written, waiting);
  std::vector<Key> ours;
  for (const auto& [key, tenant] : wanted) {
    const auto owner = written.find(key);
    if (tenant && owner != written.end() && owner->second == tenant) ours.push_back(key);
  }
  write_waiting(transaction, waiting);
  return take_waiting(transaction, ours);
}

void forget_old_waiting(postgres::Connection& owner, telemetry::Registry& registry) {
  const auto counter = registry.counter("hookswitch_waiting_webhooks_forgotten_total",
                                        "Webhooks whose booking did not come within 35 days");
  const auto forgotten =
      postgres::execute_alone(owner,
                              "DELETE FROM booking.waiting_webhook WHERE received_at_ms <"
                              " (extract(epoch FROM now() - interval '35 days') * 1000)::bigint");
  counter.add(static_cast<double>(forgotten.affected()));
  if (forgotten.affected() > 0) {
    telemetry::log_warning("waiting_webhooks.forgotten", {{"count", forgotten.affected()}});
  }
}

}  // namespace hookswitch::booking
