#include "adapters/tokens_postgres.hpp"

#include "adapters/access_records.hpp"
#include "adapters/instants.hpp"

#include <hookswitch/directory/v1/access.pb.h>

#include <algorithm>
#include <utility>

namespace hookswitch::directory {
namespace {

namespace proto = hookswitch::directory::v1;

std::string topic_key(const std::string& id) { return "token/" + id; }

const std::string columns =
    "SELECT id, token_sha256, company_id, may_write, (extract(epoch FROM "
    "created_at) * 1000)::bigint, (extract(epoch FROM expires_at) * 1000)::bigint, (extract(epoch "
    "FROM revoked_at) * 1000)::bigint, label FROM directory.access_token ";

StoredToken token_at(const postgres::Rows& rows, std::size_t row) {
  StoredToken token;
  token.id = rows.text(row, 0);
  std::ranges::copy(postgres::bytea_bytes(rows.text(row, 1)), token.record.sha256.begin());
  token.record.scope = access::Operator{};
  if (const auto company = rows.at(row, 2)) token.record.scope = TenantId{std::string(*company)};
  token.record.permission =
      rows.text(row, 3) == "t" ? access::Permission::write : access::Permission::read;
  token.created_at = from_epoch_ms(rows.integer(row, 4));
  token.record.expires_at = from_epoch_ms(rows.integer(row, 5));
  token.revoked_at = instant_at(rows, row, 6);
  token.record.revoked = token.revoked_at.has_value();
  token.label = rows.text(row, 7);
  return token;
}

std::vector<StoredToken> tokens_in(const postgres::Rows& rows) {
  std::vector<StoredToken> tokens;
  for (std::size_t i = 0; i < rows.size(); ++i) tokens.push_back(token_at(rows, i));
  return tokens;
}

}  // namespace

std::optional<StoredToken> TokensPostgres::find(std::string_view id) {
  const auto rows = transaction_.execute(columns + "WHERE id = $1::text", {std::string(id)});
  if (rows.empty()) return std::nullopt;
  return token_at(rows, 0);
}

std::vector<StoredToken> TokensPostgres::list(const std::string& after, std::size_t limit) {
  return tokens_in(
      transaction_.execute(columns + "WHERE id > $1::text ORDER BY id LIMIT $2::bigint",
                           {after, std::to_string(limit)}));
}

bool TokensPostgres::has_company(const TenantId& company) {
  return !transaction_
              .execute("SELECT 1 FROM directory.company_id WHERE id = $1::text", {company.str()})
              .empty();
}

void TokensPostgres::add(const StoredToken& token, TimePoint now) {
  const auto* company = std::get_if<TenantId>(&token.record.scope);
  transaction_.execute(
      "INSERT INTO directory.access_token (id, token_sha256, company_id, may_write, created_at, "
      "expires_at, label) VALUES ($1::text, $2::bytea, $3::text, $4::boolean, "
      "$5::timestamptz, $6::timestamptz, $7::text)",
      {token.id, postgres::bytea_literal(signing::as_bytes(token.record.sha256)),
       company != nullptr ? postgres::Parameter(company->str()) : postgres::Parameter(),
       std::string(token.record.permission == access::Permission::write ? "t" : "f"),
       format_rfc3339(token.created_at), format_rfc3339(token.record.expires_at), token.label});
  publish(token, now);
}

bool TokensPostgres::revoke(const std::string& id, TimePoint now) {
  auto token = find(id);
  if (!token) return false;
  if (!token->revoked_at) revoke(*std::move(token), now);
  return true;
}

void TokensPostgres::revoke_all_of(const std::string& company, TimePoint now) {
  for (auto& token : tokens_in(transaction_.execute(
           columns + "WHERE company_id = $1::text AND revoked_at IS NULL ORDER BY id",
           {company}))) {
    revoke(std::move(token), now);
  }
}

std::size_t TokensPostgres::remove_ended(TimePoint now, std::size_t limit) {
  const auto gone = transaction_.execute(
      "DELETE FROM directory.access_token WHERE id IN (SELECT id FROM directory.access_token WHERE"
      " least(expires_at, revoked_at) < $1::timestamptz ORDER BY id LIMIT $2::bigint) RETURNING id",
      {format_rfc3339(now - tokens_kept_after_end), std::to_string(limit)});
  for (std::size_t i = 0; i < gone.size(); ++i) {
    publish_access_record(transaction_, topic_key(std::string(gone.text(i, 0))), std::nullopt,
                          proto::AccessToken::descriptor()->full_name(), now);
  }
  return gone.size();
}

void TokensPostgres::revoke(StoredToken token, TimePoint now) {
  transaction_.execute(
      "UPDATE directory.access_token SET revoked_at = $2::timestamptz WHERE id = $1::text",
      {token.id, format_rfc3339(now)});
  token.revoked_at = now;
  publish(token, now);
}

void TokensPostgres::publish(const StoredToken& token, TimePoint now) {
  proto::AccessToken message;
  message.set_id(token.id);
  message.set_token_sha256(std::string(signing::as_bytes(token.record.sha256)));
  if (const auto* company = std::get_if<TenantId>(&token.record.scope)) {
    message.set_company_id(company->str());
  } else {
    message.mutable_operator_scope();
  }
  message.set_permission(token.record.permission == access::Permission::write
                             ? proto::ACCESS_PERMISSION_WRITE
                             : proto::ACCESS_PERMISSION_READ);
  message.set_expires_at_ms(to_epoch_ms(token.record.expires_at));
  if (token.revoked_at) message.set_revoked_at_ms(to_epoch_ms(*token.revoked_at));
  message.set_created_at_ms(to_epoch_ms(token.created_at));
  message.set_label(token.label);
  publish_access_record(transaction_, topic_key(token.id), message.SerializeAsString(),
                        message.GetTypeName(), now);
}

}  // namespace hookswitch::directory
