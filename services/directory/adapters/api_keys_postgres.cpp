#include "adapters/api_keys_postgres.hpp"

#include "adapters/data_keys_postgres.hpp"
#include "adapters/outbox_input.hpp"

#include <hookswitch/messaging/postgres_outbox.hpp>

#include <map>
#include <span>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace hookswitch::directory {
namespace {

const std::string shown =
    "SELECT tenant_id, provider, id, retiring, (extract(epoch FROM created_at) * 1000)::bigint FROM"
    " directory.api_key WHERE tenant_id = $1::text ";

ApiKeyName name_at(const postgres::Rows& rows, std::size_t row) {
  return {TenantId(std::string(rows.text(row, 0))), std::string(rows.text(row, 1)),
          std::string(rows.text(row, 2))};
}

std::vector<ApiKey> keys_in(const postgres::Rows& rows) {
  std::vector<ApiKey> keys;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    keys.push_back({name_at(rows, i), rows.text(i, 3) == "t", from_epoch_ms(rows.integer(i, 4))});
  }
  return keys;
}

}  // namespace

struct ApiKeysPostgres::Sealed {
  ApiKeyName name;
  std::string data_key;
  std::string bytes;
};

bool ApiKeysPostgres::has_company(const TenantId& company) {
  return !transaction_
              .execute("SELECT 1 FROM directory.company_id WHERE id = $1::text", {company.str()})
              .empty();
}

std::vector<ApiKey> ApiKeysPostgres::list(const TenantId& company, const std::string& after,
                                          std::size_t limit) {
  const auto slash = after.find('/');
  const auto id = slash == std::string::npos ? "" : after.substr(slash + 1);
  return keys_in(transaction_.execute(
      shown + "AND (provider, id) > ($2::text, $3::text) ORDER BY provider, id LIMIT $4::bigint",
      {company.str(), after.substr(0, slash), id, std::to_string(limit)}));
}

std::optional<ApiKey> ApiKeysPostgres::find(const ApiKeyName& name) {
  auto found = keys_in(transaction_.execute(shown + "AND provider = $2::text AND id = $3::text",
                                            {name.company.str(), name.provider, name.id}));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

Result<void> ApiKeysPostgres::put(const ApiKey& key, const std::string& secret,
                                  const sealing::MasterKeys& masters, TimePoint now) {
  const auto data_key = DataKeysPostgres(transaction_).in_force(key.name.company, masters, now);
  if (!data_key) return data_key.error();
  write(key, data_key->id(), seal_api_key(*data_key, key.name, secret), now);
  DataKeysPostgres(transaction_).forget_unused(key.name.company);
  return {};
}

void ApiKeysPostgres::put_state(const ApiKey& key, TimePoint now) {
  transaction_.execute(
      "UPDATE directory.api_key SET retiring = $4::boolean WHERE tenant_id = $1::text AND provider "
      "="
      " $2::text AND id = $3::text",
      {key.name.company.str(), key.name.provider, key.name.id,
       std::string(key.retiring ? "t" : "f")});
  publish(key.name, now);
}

bool ApiKeysPostgres::remove(const ApiKeyName& name, TimePoint now) {
  const auto gone = transaction_.execute(
      "DELETE FROM directory.api_key WHERE tenant_id = $1::text AND provider = $2::text AND id ="
      " $3::text",
      {name.company.str(), name.provider, name.id});
  if (gone.affected() == 0) return false;
  DataKeysPostgres(transaction_).forget_unused(name.company);
  publish(name, now);
  return true;
}

Resealing ApiKeysPostgres::reseal_all(const TenantId& company, const sealing::MasterKeys& masters,
                                      TimePoint now) {
  DataKeysPostgres data_keys(transaction_);
  std::map<std::string, Result<sealing::DataKey>> old;
  for (const auto& one : data_keys.all()) {
    if (one.company != company) continue;
    old.emplace(one.id, sealing::unwrap(masters, data_key_owner(company), one.bytes));
  }
  const auto fresh = data_keys.renew(company, masters, now);
  Resealing result{fresh.id(), 0, {}};
  for (const auto& sealed : sealed_of(company)) {
    const auto& with = old.at(sealed.data_key);
    const auto secret = with ? open_api_key(*with, sealed.name, sealed.bytes)
                             : Result<sealing::Secret>(with.error());
    if (!secret) {
      result.closed.push_back({sealed.name, secret.error()});
      continue;
    }
    const auto key = find(sealed.name);
    if (!key) throw std::logic_error("a sealed API key has no row");
    write(*key, fresh.id(), seal_api_key(fresh, sealed.name, secret->view()), now);
    ++result.resealed;
  }
  data_keys.forget_unused(company);
  return result;
}

Rewrapping ApiKeysPostgres::rewrap_all(const sealing::MasterKeys& masters, TimePoint now) {
  DataKeysPostgres data_keys(transaction_);
  Rewrapping result;
  for (const auto& key : data_keys.all()) {
    auto anew = sealing::rewrap(masters, data_key_owner(key.company), key.bytes);
    if (!anew) {
      result.closed.push_back({"", key.company.str(), key.id, anew.error()});
      continue;
    }
    if (*anew == key.bytes) {
      ++result.unchanged;
      continue;
    }
    data_keys.rewrapped({key.company, key.id, *std::move(anew)});
    ++result.rewrapped;
    for (const auto& sealed : sealed_of(key.company)) {
      if (sealed.data_key == key.id) publish(sealed.name, now);
    }
  }
  return result;
}

std::vector<ApiKeysPostgres::Sealed> ApiKeysPostgres::sealed_of(const TenantId& company) {
  const auto rows = transaction_.execute(
      "SELECT tenant_id, provider, id, data_key_id, sealed_key FROM directory.api_key WHERE"
      " tenant_id = $1::text ORDER BY provider, id",
      {company.str()});
  std::vector<Sealed> keys;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    keys.push_back(
        {name_at(rows, i), std::string(rows.text(i, 3)), postgres::bytea_bytes(rows.text(i, 4))});
  }
  return keys;
}

void ApiKeysPostgres::write(const ApiKey& key, const std::string& data_key,
                            const std::string& sealed, TimePoint now) {
  transaction_.execute(
      "INSERT INTO directory.api_key (tenant_id, provider, id, retiring, created_at, data_key_id,"
      " sealed_key) VALUES ($1::text, $2::text, $3::text, $4::boolean, $5::timestamptz, $6::text,"
      " $7::bytea) ON CONFLICT (tenant_id, provider, id) DO UPDATE SET retiring ="
      " excluded.retiring, data_key_id = excluded.data_key_id, sealed_key = excluded.sealed_key",
      {key.name.company.str(), key.name.provider, key.name.id,
       std::string(key.retiring ? "t" : "f"), format_rfc3339(key.created_at), data_key,
       postgres::bytea_literal(sealed)});
  publish(key.name, now);
}

/// What the tables say of it now, or its tombstone.
void ApiKeysPostgres::publish(const ApiKeyName& name, TimePoint now) {
  const auto version = transaction_.execute("SELECT nextval('directory.version')").integer(0, 0);
  auto record = api_key_tombstone(name, version, now);
  if (const auto key = find(name)) {
    const auto bytes = transaction_.execute(
        "SELECT k.sealed_key, d.wrapped FROM directory.api_key AS k JOIN directory.data_key AS d ON"
        " d.tenant_id = k.tenant_id AND d.id = k.data_key_id WHERE k.tenant_id = $1::text AND"
        " k.provider = $2::text AND k.id = $3::text",
        {name.company.str(), name.provider, name.id});
    record = api_key_record(*key, postgres::bytea_bytes(bytes.text(0, 0)),
                            postgres::bytea_bytes(bytes.text(0, 1)), version, now);
  }
  messaging::append_to_outbox(transaction_, "directory", outbox_input(), std::span(&record, 1));
}

}  // namespace hookswitch::directory
