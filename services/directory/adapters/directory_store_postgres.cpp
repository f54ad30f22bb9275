#include "adapters/directory_store_postgres.hpp"

#include "adapters/entity_json.hpp"
#include "adapters/entity_records.hpp"
#include "adapters/instants.hpp"
#include "adapters/outbox_input.hpp"
#include "adapters/tokens_postgres.hpp"
#include "adapters/unresolved_queue_postgres.hpp"

#include <hookswitch/json/document.hpp>
#include <hookswitch/messaging/postgres_outbox.hpp>

#include <algorithm>
#include <limits>
#include <set>
#include <stdexcept>
#include <utility>

namespace hookswitch::directory {
namespace {

using Parameters = std::vector<postgres::Parameter>;

// One row a period, the periods of a number beside each other.
const std::string number_rows =
    "SELECT e164, tenant_id, (extract(epoch FROM lower(during)) * 1000)::bigint,"
    " (extract(epoch FROM upper(during)) * 1000)::bigint, version FROM directory.number_ownership ";
const std::string number_order = " ORDER BY e164, lower(during) NULLS FIRST";

// One row a workspace and company; a workspace without one has NULL there.
const std::string workspace_rows =
    "SELECT w.id, c.tenant_id, w.version FROM directory.workspace AS w"
    " LEFT JOIN directory.workspace_company AS c ON c.workspace_id = w.id ";
const std::string workspace_order = " ORDER BY w.id, c.tenant_id";

Entity entity_of(Kind kind, const std::string& id, std::string_view document) {
  const auto parsed = json::Document::parse(document);
  if (!parsed) throw std::logic_error("an entity is stored that is no JSON");
  Complaints complaints;
  auto entity = entity_from_json(
      kind, id, parsed->root(), [](std::string_view) { return true; }, complaints);
  if (complaints.empty()) return entity;
  throw std::logic_error("an entity is stored that cannot be read: " + complaints.front().pointer +
                         " " + complaints.front().detail);
}

postgres::Parameter company_parameter(const std::optional<TenantId>& company) {
  return company ? postgres::Parameter(company->str()) : postgres::Parameter();
}

postgres::Parameter instant_parameter(const std::optional<TimePoint>& instant) {
  return instant ? postgres::Parameter(format_rfc3339(*instant)) : postgres::Parameter();
}

}  // namespace

std::optional<Stored> DirectoryStorePostgres::find(const EntityKey& key) {
  const auto one = [](std::vector<Stored> found) -> std::optional<Stored> {
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
  };
  if (key.kind == Kind::number) {
    return one(numbers(
        transaction_.execute(number_rows + "WHERE e164 = $1::text" + number_order, {key.id})));
  }
  if (key.kind == Kind::workspace) {
    return one(workspaces(transaction_.execute(
        workspace_rows + "WHERE w.id = $1::text" + workspace_order, {key.id})));
  }
  return one(documents(
      key.kind, transaction_.execute("SELECT id, document::text, version FROM directory.entity"
                                     " WHERE kind = $1::text AND id = $2::text",
                                     {std::string(to_string(key.kind)), key.id})));
}

std::vector<Stored> DirectoryStorePostgres::list(Kind kind, const std::optional<TenantId>& company,
                                                 std::string_view after, std::size_t limit) {
  const Parameters parameters{std::string(after), company_parameter(company),
                              std::to_string(limit)};
  if (kind == Kind::number) {
    return numbers(transaction_.execute(
        number_rows +
            "WHERE e164 IN (SELECT DISTINCT e164 FROM directory.number_ownership WHERE e164 > "
            "$1::text AND ($2::text IS NULL OR tenant_id = $2::text) ORDER BY e164 LIMIT "
            "$3::bigint)" +
            number_order,
        parameters));
  }
  if (kind == Kind::workspace) {
    return workspaces(transaction_.execute(
        workspace_rows +
            "WHERE w.id IN (SELECT id FROM directory.workspace WHERE id > $1::text AND ($2::text "
            "IS "
            "NULL OR EXISTS (SELECT FROM directory.workspace_company WHERE workspace_id = id AND "
            "tenant_id = $2::text)) ORDER BY id LIMIT $3::bigint)" +
            workspace_order,
        parameters));
  }
  auto all = parameters;
  all.emplace_back(std::string(to_string(kind)));
  return documents(
      kind,
      transaction_.execute("SELECT id, document::text, version FROM directory.entity WHERE kind = "
                           "$4::text AND id > $1::text AND ($2::text IS NULL OR tenant_id = "
                           "$2::text) ORDER BY id LIMIT $3::bigint",
                           all));
}

std::optional<std::string> DirectoryStorePostgres::user_of(const EntityKey& key) {
  const auto users =
      key.kind == Kind::company
          ? transaction_.execute(
                "(SELECT kind || '/' || id FROM directory.entity WHERE tenant_id = $1::text AND "
                "kind <> "
                "'company' LIMIT 1) UNION ALL (SELECT 'number/' || e164 FROM "
                "directory.number_ownership WHERE tenant_id = $1::text LIMIT 1) UNION ALL (SELECT "
                "'workspace/' || workspace_id FROM directory.workspace_company WHERE tenant_id = "
                "$1::text LIMIT 1) UNION ALL (SELECT 'API key ' || provider || '/' || id FROM "
                "directory.api_key WHERE tenant_id = $1::text LIMIT 1)",
                {key.id})
          : transaction_.execute(
                "(SELECT kind || '/' || id FROM directory.reference WHERE target_kind = $1::text "
                "AND "
                "target_id = $2::text LIMIT 1) UNION ALL (SELECT 'provider key ' || id FROM "
                "directory.provider_key WHERE $1::text = 'workspace' AND workspace_id = $2::text "
                "LIMIT "
                "1)",
                {std::string(to_string(key.kind)), key.id});
  if (users.empty()) return std::nullopt;
  return std::string(users.text(0, 0));
}

std::int64_t DirectoryStorePostgres::save(const Entity& entity) {
  const auto version = next_version();
  write(entity, version);
  const auto record = record_of(entity, version, now_);
  messaging::append_to_outbox(transaction_, "directory", outbox_input(), std::span(&record, 1));
  note_change(transaction_, key_of(entity), now_);
  return version;
}

void DirectoryStorePostgres::remove(const Entity& entity) {
  const auto key = key_of(entity);
  if (key.kind == Kind::number) {
    transaction_.execute("DELETE FROM directory.number_ownership WHERE e164 = $1::text", {key.id});
  } else if (key.kind == Kind::workspace) {
    transaction_.execute("DELETE FROM directory.workspace WHERE id = $1::text", {key.id});
  } else {
    transaction_.execute("DELETE FROM directory.entity WHERE kind = $1::text AND id = $2::text",
                         {std::string(to_string(key.kind)), key.id});
  }
  if (key.kind == Kind::company) {
    TokensPostgres(transaction_).revoke_all_of(key.id, now_);
    transaction_.execute("DELETE FROM directory.company_id WHERE id = $1::text", {key.id});
  }
  const auto record = tombstone_of(entity, next_version(), now_);
  messaging::append_to_outbox(transaction_, "directory", outbox_input(), std::span(&record, 1));
  note_change(transaction_, key, now_);
}

std::vector<Stored> DirectoryStorePostgres::documents(Kind kind, const postgres::Rows& rows) {
  std::vector<Stored> found;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    found.push_back(
        {entity_of(kind, std::string(rows.text(i, 0)), rows.text(i, 1)), rows.integer(i, 2)});
  }
  return found;
}

std::vector<Stored> DirectoryStorePostgres::numbers(const postgres::Rows& rows) {
  std::vector<Stored> found;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string e164(rows.text(i, 0));
    if (found.empty() || key_of(found.back().entity).id != e164) {
      found.push_back({PhoneNumber{e164, {}}, rows.integer(i, 4)});
    }
    std::get<PhoneNumber>(found.back().entity)
        .ownerships.push_back({TenantId(std::string(rows.text(i, 1))), instant_at(rows, i, 2),
                               instant_at(rows, i, 3)});
  }
  return found;
}

std::vector<Stored> DirectoryStorePostgres::workspaces(const postgres::Rows& rows) {
  std::vector<Stored> found;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string id(rows.text(i, 0));
    if (found.empty() || key_of(found.back().entity).id != id) {
      found.push_back({Workspace{id, {}}, rows.integer(i, 2)});
    }
    if (const auto company = rows.at(i, 1)) {
      std::get<Workspace>(found.back().entity).company_ids.emplace_back(*company);
    }
  }
  return found;
}

std::int64_t DirectoryStorePostgres::next_version() {
  return transaction_.execute("SELECT nextval('directory.version')").integer(0, 0);
}

void DirectoryStorePostgres::write(const Entity& entity, std::int64_t version) {
  if (const auto* number = std::get_if<PhoneNumber>(&entity)) return write(*number, version);
  if (const auto* workspace = std::get_if<Workspace>(&entity)) return write(*workspace, version);
  write_document(entity, version);
}

void DirectoryStorePostgres::write(const PhoneNumber& number, std::int64_t version) {
  transaction_.execute("DELETE FROM directory.number_ownership WHERE e164 = $1::text",
                       {number.e164});
  for (const auto& period : number.ownerships) {
    transaction_.execute(
        "INSERT INTO directory.number_ownership (e164, tenant_id, during, version) VALUES "
        "($1::text, $2::text, tstzrange($3::timestamptz, $4::timestamptz, '[)'), $5::bigint)",
        {number.e164, period.company.str(), instant_parameter(period.from),
         instant_parameter(period.until), std::to_string(version)});
  }
}

void DirectoryStorePostgres::write(const Workspace& workspace, std::int64_t version) {
  transaction_.execute(
      "INSERT INTO directory.workspace (id, version) VALUES ($1::text, $2::bigint) ON CONFLICT "
      "(id) "
      "DO UPDATE SET version = excluded.version",
      {workspace.id, std::to_string(version)});
  transaction_.execute("DELETE FROM directory.workspace_company WHERE workspace_id = $1::text",
                       {workspace.id});
  transaction_.execute(
      "INSERT INTO directory.workspace_company (workspace_id, tenant_id) SELECT $1::text, id FROM "
      "unnest($2::text[]) AS id",
      {workspace.id, postgres::array_literal(workspace.company_ids)});
}

void DirectoryStorePostgres::write_document(const Entity& entity, std::int64_t version) {
  const auto key = key_of(entity);
  const std::string kind(to_string(key.kind));
  const auto tenant = companies_of(entity).front().str();
  if (key.kind == Kind::company) {
    transaction_.execute(
        "INSERT INTO directory.company_id (id) VALUES ($1::text) ON CONFLICT DO NOTHING", {key.id});
  }
  // Not ON CONFLICT: what another tenant has under the id is to be a unique violation.
  const Parameters row{kind, key.id, tenant, std::to_string(version), entity_to_json(entity)};
  const auto updated = transaction_.execute(
      "UPDATE directory.entity SET version = $4::bigint, document = $5::jsonb WHERE kind = "
      "$1::text "
      "AND id = $2::text AND tenant_id = $3::text",
      row);
  if (updated.affected() == 0) {
    transaction_.execute(
        "INSERT INTO directory.entity (kind, id, tenant_id, version, document) VALUES ($1::text, "
        "$2::text, $3::text, $4::bigint, $5::jsonb)",
        row);
  }
  transaction_.execute("DELETE FROM directory.reference WHERE kind = $1::text AND id = $2::text",
                       {kind, key.id});
  std::set<EntityKey> targets;
  for (const auto& reference : references_of(entity)) targets.insert(reference.target);
  for (const auto& target : targets) {
    transaction_.execute(
        "INSERT INTO directory.reference (kind, id, tenant_id, target_kind, target_id) VALUES "
        "($1::text, $2::text, $3::text, $4::text, $5::text)",
        {kind, key.id, tenant, std::string(to_string(target.kind)), target.id});
  }
}

}  // namespace hookswitch::directory
