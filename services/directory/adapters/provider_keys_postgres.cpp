#include "adapters/provider_keys_postgres.hpp"

#include "adapters/access_records.hpp"

#include <hookswitch/directory/v1/access.pb.h>
#include <hookswitch/sealing/envelope.hpp>

#include <utility>

namespace hookswitch::directory {
namespace {

namespace proto = hookswitch::directory::v1;

std::string topic_key(const std::string& workspace, const std::string& id) {
  return "provider_key/" + workspace + "/" + id;
}

std::string owner_of(const std::string& workspace) { return "workspace/" + workspace; }

const std::string shown =
    "SELECT workspace_id, id, provider, retiring, (extract(epoch FROM created_at) * 1000)::bigint "
    "FROM directory.provider_key WHERE workspace_id = $1::text ";

std::vector<ProviderKey> keys_in(const postgres::Rows& rows) {
  std::vector<ProviderKey> keys;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    keys.push_back({std::string(rows.text(i, 0)), std::string(rows.text(i, 1)),
                    std::string(rows.text(i, 2)), rows.text(i, 3) == "t",
                    from_epoch_ms(rows.integer(i, 4))});
  }
  return keys;
}

}  // namespace

bool ProviderKeysPostgres::has_workspace(const std::string& workspace) {
  return !transaction_.execute("SELECT 1 FROM directory.workspace WHERE id = $1::text", {workspace})
              .empty();
}

std::vector<ProviderKey> ProviderKeysPostgres::list(const std::string& workspace,
                                                    const std::string& after, std::size_t limit) {
  return keys_in(transaction_.execute(shown + "AND id > $2::text ORDER BY id LIMIT $3::bigint",
                                      {workspace, after, std::to_string(limit)}));
}

std::optional<ProviderKey> ProviderKeysPostgres::find(const std::string& workspace,
                                                      const std::string& id) {
  auto found = keys_in(transaction_.execute(shown + "AND id = $2::text", {workspace, id}));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

Result<void> ProviderKeysPostgres::put(const ProviderKey& meta, const std::string& key,
                                       const sealing::MasterKeys& masters, TimePoint now) {
  const auto owner = owner_of(meta.workspace);
  const auto rows = transaction_.execute(
      "SELECT wrapped_data_key FROM directory.provider_key WHERE workspace_id = $1::text LIMIT 1",
      {meta.workspace});
  std::string wrapped;
  std::string sealed;
  const auto topic = topic_key(meta.workspace, meta.id);
  const sealing::Place place{topic, meta.provider};
  if (rows.empty()) {
    const auto made = sealing::make_data_key(masters, owner);
    wrapped = made.wrapped;
    sealed = sealing::seal(made.key, place, key);
  } else {
    const auto kept = sealing::rewrap(masters, owner, postgres::bytea_bytes(rows.text(0, 0)));
    if (!kept) return kept.error();
    wrapped = *kept;
    sealed = sealing::seal(sealing::unwrap(masters, owner, wrapped).value(), place, key);
  }
  transaction_.execute(
      "INSERT INTO directory.provider_key (workspace_id, id, provider, retiring, created_at, "
      "sealed_key, wrapped_data_key) VALUES ($1::text, $2::text, $3::text, $4::boolean, "
      "$5::timestamptz, $6::bytea, $7::bytea) ON CONFLICT "
      "(workspace_id, id) DO UPDATE SET provider = excluded.provider, retiring = "
      "excluded.retiring, sealed_key = excluded.sealed_key, wrapped_data_key = "
      "excluded.wrapped_data_key",
      {meta.workspace, meta.id, meta.provider, std::string(meta.retiring ? "t" : "f"),
       format_rfc3339(meta.created_at), postgres::bytea_literal(sealed),
       postgres::bytea_literal(wrapped)});
  publish(meta.workspace, meta.id, now);
  return {};
}

void ProviderKeysPostgres::put_state(const ProviderKey& meta, TimePoint now) {
  transaction_.execute(
      "UPDATE directory.provider_key SET retiring = $3::boolean WHERE workspace_id = $1::text AND "
      "id = $2::text",
      {meta.workspace, meta.id, std::string(meta.retiring ? "t" : "f")});
  publish(meta.workspace, meta.id, now);
}

Rewrapping ProviderKeysPostgres::rewrap_all(const sealing::MasterKeys& masters, TimePoint now) {
  const auto rows = transaction_.execute(
      "SELECT workspace_id, id, wrapped_data_key FROM directory.provider_key ORDER BY "
      "workspace_id, id");
  Rewrapping result;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string workspace(rows.text(i, 0));
    const std::string id(rows.text(i, 1));
    const auto wrapped = postgres::bytea_bytes(rows.text(i, 2));
    const auto anew = sealing::rewrap(masters, owner_of(workspace), wrapped);
    if (!anew) {
      result.closed.push_back({workspace, "", id, anew.error()});
    } else if (*anew == wrapped) {
      ++result.unchanged;
    } else {
      transaction_.execute(
          "UPDATE directory.provider_key SET wrapped_data_key = $3::bytea WHERE workspace_id = "
          "$1::text AND id = $2::text",
          {workspace, id, postgres::bytea_literal(*anew)});
      publish(workspace, id, now);
      ++result.rewrapped;
    }
  }
  return result;
}

bool ProviderKeysPostgres::remove(const std::string& workspace, const std::string& id,
                                  TimePoint now) {
  const auto gone = transaction_.execute(
      "DELETE FROM directory.provider_key WHERE workspace_id = $1::text AND id = $2::text",
      {workspace, id});
  if (gone.affected() == 0) return false;
  publish(workspace, id, now);
  return true;
}

/// What the table says of it now, or its tombstone.
void ProviderKeysPostgres::publish(const std::string& workspace, const std::string& id,
                                   TimePoint now) {
  std::optional<std::string> value;
  if (const auto key = find(workspace, id)) {
    const auto bytes = transaction_.execute(
        "SELECT sealed_key, wrapped_data_key FROM "
        "directory.provider_key WHERE workspace_id = $1::text AND id = $2::text",
        {workspace, id});
    proto::ProviderKey message;
    message.set_id(id);
    message.set_workspace_id(workspace);
    message.set_provider(key->provider);
    message.set_sealed_key(postgres::bytea_bytes(bytes.text(0, 0)));
    message.set_wrapped_data_key(postgres::bytea_bytes(bytes.text(0, 1)));
    message.set_state(key->retiring ? proto::PROVIDER_KEY_STATE_RETIRING
                                    : proto::PROVIDER_KEY_STATE_VALID);
    message.set_created_at_ms(to_epoch_ms(key->created_at));
    value = message.SerializeAsString();
  }
  publish_access_record(transaction_, topic_key(workspace, id), std::move(value),
                        proto::ProviderKey::descriptor()->full_name(), now);
}

}  // namespace hookswitch::directory
