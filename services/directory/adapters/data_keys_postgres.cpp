#include "adapters/data_keys_postgres.hpp"

#include "adapters/api_key_records.hpp"

#include <utility>

namespace hookswitch::directory {

Result<sealing::DataKey> DataKeysPostgres::in_force(const TenantId& company,
                                                    const sealing::MasterKeys& masters,
                                                    TimePoint now) {
  const auto found = transaction_.execute(
      "SELECT wrapped FROM directory.data_key WHERE tenant_id = $1::text AND in_force",
      {company.str()});
  if (found.empty()) return renew(company, masters, now);
  return sealing::unwrap(masters, data_key_owner(company), postgres::bytea_bytes(found.text(0, 0)));
}

sealing::DataKey DataKeysPostgres::renew(const TenantId& company,
                                         const sealing::MasterKeys& masters, TimePoint now) {
  auto made = sealing::make_data_key(masters, data_key_owner(company));
  transaction_.execute(
      "UPDATE directory.data_key SET in_force = false WHERE tenant_id = $1::text AND in_force",
      {company.str()});
  transaction_.execute(
      "INSERT INTO directory.data_key (tenant_id, id, wrapped, in_force, created_at) VALUES"
      " ($1::text, $2::text, $3::bytea, true, $4::timestamptz)",
      {company.str(), made.key.id(), postgres::bytea_literal(made.wrapped), format_rfc3339(now)});
  return std::move(made.key);
}

void DataKeysPostgres::forget_unused(const TenantId& company) {
  transaction_.execute(
      "DELETE FROM directory.data_key AS d WHERE tenant_id = $1::text AND NOT in_force AND NOT"
      " EXISTS (SELECT FROM directory.api_key WHERE tenant_id = d.tenant_id AND data_key_id = "
      "d.id)",
      {company.str()});
}

std::vector<WrappedDataKey> DataKeysPostgres::all() {
  const auto rows = transaction_.execute(
      "SELECT tenant_id, id, wrapped FROM directory.data_key ORDER BY tenant_id, id");
  std::vector<WrappedDataKey> keys;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    keys.push_back({TenantId(std::string(rows.text(i, 0))), std::string(rows.text(i, 1)),
                    postgres::bytea_bytes(rows.text(i, 2))});
  }
  return keys;
}

void DataKeysPostgres::rewrapped(const WrappedDataKey& key) {
  transaction_.execute(
      "UPDATE directory.data_key SET wrapped = $3::bytea WHERE tenant_id = $1::text AND id ="
      " $2::text",
      {key.company.str(), key.id, postgres::bytea_literal(key.bytes)});
}

}  // namespace hookswitch::directory
