#include "adapters/unresolved_store_postgres.hpp"

#include "adapters/instants.hpp"
#include "adapters/outbox_input.hpp"

#include <hookswitch/messaging/postgres_outbox.hpp>

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <unordered_set>

namespace hookswitch::directory {
namespace {

using Texts = std::vector<std::string>;

const std::string received_ms = "(extract(epoch FROM w.received_at) * 1000)::bigint";

Uuid uuid_of(std::string_view text) {
  const auto id = Uuid::parse(text);
  if (!id) throw std::logic_error("a uuid of the database is none");
  return *id;
}

void read_numbers(const postgres::Rows& rows, routing::DirectoryIndex& index) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    index.numbers[std::string(rows.text(i, 0))].push_back(
        {TenantId(std::string(rows.text(i, 1))), instant_at(rows, i, 2), instant_at(rows, i, 3)});
  }
}

std::int64_t number_of(std::string_view id) {
  std::int64_t number = 0;
  std::from_chars(id.data(), id.data() + id.size(), number);
  return number;
}

void read_documents(const postgres::Rows& rows, routing::DirectoryIndex& index) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto kind = rows.text(i, 0);
    const auto id = rows.text(i, 1);
    const TenantId owner(std::string(rows.text(i, 2)));
    if (kind == "agent") index.agents.emplace(id, owner);
    if (kind == "event_type") index.event_types.emplace(number_of(id), owner);
    if (kind == "organizer") index.organizers.emplace(number_of(id), owner);
  }
}

/// Every company that the index names.
Texts named_in(const routing::DirectoryIndex& index) {
  std::set<std::string> companies;
  for (const auto& [number, periods] : index.numbers) {
    for (const auto& period : periods) companies.insert(period.company.str());
  }
  for (const auto& [id, company] : index.agents) companies.insert(company.str());
  for (const auto& [id, company] : index.event_types) companies.insert(company.str());
  for (const auto& [id, company] : index.organizers) companies.insert(company.str());
  return {companies.begin(), companies.end()};
}

Texts texts_of(const std::vector<Uuid>& ids) {
  Texts texts;
  for (const auto& id : ids) texts.push_back(id.to_string());
  return texts;
}

Texts lines_of(std::string_view text) {
  Texts lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  return lines;
}

}  // namespace

std::vector<Uuid> ids_in(const postgres::Rows& rows) {
  std::vector<Uuid> ids;
  for (std::size_t i = 0; i < rows.size(); ++i) ids.push_back(uuid_of(rows.text(i, 0)));
  return ids;
}

std::vector<UnresolvedWebhook> UnresolvedStorePostgres::load(const std::vector<Uuid>& ids) {
  const auto rows = transaction_.execute(
      "SELECT w.id, w.provider, w.event, w.workspace, w.reason, " + received_ms +
          ", w.record_key, w.headers, w.body FROM directory.unresolved_webhook AS w WHERE w.id ="
          " ANY ($1::uuid[]) ORDER BY w.id",
      {postgres::array_literal(texts_of(ids))});
  std::vector<UnresolvedWebhook> webhooks;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto text = [&](std::size_t column) { return std::string(rows.text(i, column)); };
    webhooks.push_back({uuid_of(rows.text(i, 0)), text(1), text(2), text(3), text(4),
                        from_epoch_ms(rows.integer(i, 5)), postgres::bytea_bytes(rows.text(i, 6)),
                        events::Headers::of_bytes(postgres::bytea_bytes(rows.text(i, 7))),
                        postgres::bytea_bytes(rows.text(i, 8))});
  }
  return webhooks;
}

routing::DirectoryIndex UnresolvedStorePostgres::index_of(const std::set<EntityKey>& entities) {
  Texts numbers;
  Texts workspaces;
  Texts companies;
  Texts kinds;
  Texts ids;
  for (const auto& [kind, id] : entities) {
    if (kind == Kind::number) {
      numbers.push_back(id);
    } else if (kind == Kind::workspace) {
      workspaces.push_back(id);
    } else if (kind == Kind::company) {
      companies.push_back(id);
    } else {
      kinds.emplace_back(to_string(kind));
      ids.push_back(id);
    }
  }
  routing::DirectoryIndex index;
  read_numbers(transaction_.execute(
                   "SELECT e164, tenant_id, (extract(epoch FROM lower(during)) * 1000)::bigint,"
                   " (extract(epoch FROM upper(during)) * 1000)::bigint"
                   " FROM directory.number_ownership WHERE e164 = ANY ($1::text[])",
                   {postgres::array_literal(numbers)}),
               index);
  read_documents(
      transaction_.execute("SELECT kind, id, tenant_id FROM directory.entity WHERE (kind, id) IN"
                           " (SELECT k, i FROM unnest($1::text[], $2::text[]) AS named(k, i))",
                           {postgres::array_literal(kinds), postgres::array_literal(ids)}),
      index);
  const auto bound = transaction_.execute(
      "SELECT workspace_id, tenant_id FROM directory.workspace_company"
      " WHERE workspace_id = ANY ($1::text[])",
      {postgres::array_literal(workspaces)});
  for (std::size_t i = 0; i < bound.size(); ++i) {
    index.workspaces[std::string(bound.text(i, 0))].emplace_back(std::string(bound.text(i, 1)));
  }
  for (auto& company : named_in(index)) companies.push_back(std::move(company));
  const auto there =
      transaction_.execute("SELECT id FROM directory.company_id WHERE id = ANY ($1::text[])",
                           {postgres::array_literal(companies)});
  for (std::size_t i = 0; i < there.size(); ++i) index.companies.emplace(there.text(i, 0));
  return index;
}

std::optional<UnresolvedWebhook> UnresolvedStorePostgres::find(const Uuid& id) {
  auto found = load({id});
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

void UnresolvedStorePostgres::give_back(const std::vector<GivenBack>& webhooks) {
  if (webhooks.empty()) return;
  Texts ids;
  for (const auto& webhook : webhooks) ids.push_back(webhook.id.to_string());
  const auto gone = transaction_.execute(
      "DELETE FROM directory.unresolved_webhook WHERE id = ANY ($1::uuid[]) RETURNING id",
      {postgres::array_literal(ids)});
  const auto taken = ids_in(gone);
  const std::unordered_set<Uuid> ours(taken.begin(), taken.end());
  std::vector<events::OutboundRecord> records;
  for (const auto& webhook : webhooks) {
    // Only who has taken it away says it.
    if (ours.contains(webhook.id)) records.push_back(webhook.record);
  }
  messaging::append_to_outbox(transaction_, "directory", outbox_input(), records);
}

void UnresolvedStorePostgres::keep(const std::vector<StillWaiting>& webhooks) {
  if (webhooks.empty()) return;
  Texts ids;
  Texts reasons;
  Texts key_ids;
  Texts keys;
  for (const auto& webhook : webhooks) {
    ids.push_back(webhook.id.to_string());
    reasons.push_back(webhook.reason);
    for (const auto& key : webhook.waits_for) {
      key_ids.push_back(ids.back());
      keys.push_back(key);
    }
  }
  const auto id_array = postgres::array_literal(ids);
  const auto key_id_array = postgres::array_literal(key_ids);
  const auto key_array = postgres::array_literal(keys);
  transaction_.execute(
      "UPDATE directory.unresolved_webhook AS w SET reason = said.reason FROM unnest($1::uuid[],"
      " $2::text[]) AS said(id, reason) WHERE w.id = said.id AND w.reason <> said.reason",
      {id_array, postgres::array_literal(reasons)});
  transaction_.execute(
      "DELETE FROM directory.unresolved_arrival WHERE webhook_id = ANY ($1::uuid[])", {id_array});
  transaction_.execute(
      "DELETE FROM directory.unresolved_failure WHERE webhook_id = ANY ($1::uuid[])", {id_array});
  // Most often nothing has changed about them.
  transaction_.execute(
      "DELETE FROM directory.unresolved_key AS k WHERE k.webhook_id = ANY ($1::uuid[]) AND NOT"
      " EXISTS (SELECT FROM unnest($2::uuid[], $3::text[]) AS said(id, key) WHERE said.id ="
      " k.webhook_id AND said.key = k.entity_key)",
      {id_array, key_id_array, key_array});
  transaction_.execute(
      "INSERT INTO directory.unresolved_key (webhook_id, entity_key) SELECT id, key FROM"
      " unnest($1::uuid[], $2::text[]) AS said(id, key) ON CONFLICT DO NOTHING",
      {key_id_array, key_array});
}

void UnresolvedStorePostgres::take_in(const std::vector<UnresolvedWebhook>& webhooks) {
  if (webhooks.empty()) return;
  Texts ids;
  Texts providers;
  Texts events;
  Texts workspaces;
  Texts reasons;
  Texts instants;
  Texts keys;
  Texts headers;
  Texts bodies;
  for (const auto& webhook : webhooks) {
    ids.push_back(webhook.id.to_string());
    providers.push_back(webhook.provider);
    events.push_back(webhook.event);
    workspaces.push_back(webhook.workspace);
    reasons.push_back(webhook.reason);
    instants.push_back(format_rfc3339(webhook.received));
    keys.push_back(postgres::bytea_literal(webhook.key));
    headers.push_back(postgres::bytea_literal(webhook.headers.bytes()));
    bodies.push_back(postgres::bytea_literal(webhook.body));
  }
  transaction_.execute(
      "WITH arrived AS (INSERT INTO directory.unresolved_webhook (id, provider, event, workspace,"
      " reason, received_at, record_key, headers, body) SELECT * FROM unnest($1::uuid[],"
      " $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::bytea[],"
      " $8::bytea[], $9::bytea[]) ON CONFLICT DO NOTHING RETURNING id)"
      " INSERT INTO directory.unresolved_arrival (webhook_id) SELECT id FROM arrived",
      {postgres::array_literal(ids), postgres::array_literal(providers),
       postgres::array_literal(events), postgres::array_literal(workspaces),
       postgres::array_literal(reasons), postgres::array_literal(instants),
       postgres::array_literal(keys), postgres::array_literal(headers),
       postgres::array_literal(bodies)});
}

std::vector<WaitingEntry> UnresolvedStorePostgres::list(const std::optional<std::string>& reason,
                                                        const std::string& after,
                                                        std::size_t limit) {
  // No key has a control character in it: libs/routing reads none.
  const auto rows = transaction_.execute(
      "SELECT w.id, w.provider, w.event, w.workspace, w.reason, " + received_ms +
          ", (SELECT string_agg(entity_key, E'\\n' ORDER BY entity_key) FROM"
          " directory.unresolved_key WHERE webhook_id = w.id), coalesce(f.failures, 0), f.cause "
          "FROM"
          " directory.unresolved_webhook AS w LEFT JOIN directory.unresolved_failure AS f ON"
          " f.webhook_id = w.id WHERE ($1::text IS NULL OR w.reason = $1::text) AND ($2::uuid IS "
          "NULL OR w.id >"
          " $2::uuid) ORDER BY w.id LIMIT $3::bigint",
      {reason, after.empty() ? postgres::Parameter() : postgres::Parameter(after),
       std::to_string(limit)});
  std::vector<WaitingEntry> entries;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto text = [&](std::size_t column) { return std::string(rows.text(i, column)); };
    entries.push_back({text(0), text(1), text(2), text(3), text(4),
                       from_epoch_ms(rows.integer(i, 5)), lines_of(rows.at(i, 6).value_or("")),
                       static_cast<int>(rows.integer(i, 7)),
                       std::string(rows.at(i, 8).value_or(""))});
  }
  return entries;
}

std::vector<std::pair<std::string, std::int64_t>> UnresolvedStorePostgres::counts() {
  const auto rows = transaction_.execute(
      "SELECT reason, count(*) FROM directory.unresolved_webhook GROUP BY reason");
  std::vector<std::pair<std::string, std::int64_t>> counts;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    counts.emplace_back(std::string(rows.text(i, 0)), rows.integer(i, 1));
  }
  return counts;
}

}  // namespace hookswitch::directory
