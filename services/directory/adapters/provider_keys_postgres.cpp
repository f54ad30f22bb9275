#include "adapters/provider_keys_postgres.hpp"

#include "adapters/outbox_input.hpp"

#include <hookswitch/core/uuid.hpp>
#include <hookswitch/directory/v1/access.pb.h>
#include <hookswitch/events/cloud_event.hpp>
#include <hookswitch/events/topics.hpp>
#include <hookswitch/messaging/postgres_outbox.hpp>
#include <hookswitch/sealing/envelope.hpp>

#include <charconv>
#include <utility>

namespace hookswitch::directory {
namespace {

namespace proto = hookswitch::directory::v1;

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char byte : bytes) {
    text += digits[static_cast<unsigned char>(byte) >> 4U];
    text += digits[static_cast<unsigned char>(byte) & 15U];
  }
  return text;
}

/// What Postgres' encode(…, 'hex') gives.
std::string from_hex(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    unsigned value = 0;
    std::from_chars(text.data() + i, text.data() + i + 2, value, 16);
    bytes += static_cast<char>(value);
  }
  return bytes;
}

std::string topic_key(const std::string& workspace, const std::string& id) {
  return "provider_key/" + workspace + "/" + id;
}

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

std::vector<ProviderKey> ProviderKeysPostgres::list(const std::string& workspace) {
  return keys_in(transaction_.execute(shown + "ORDER BY id", {workspace}));
}

std::optional<ProviderKey> ProviderKeysPostgres::find(const std::string& workspace,
                                                      const std::string& id) {
  auto found = keys_in(transaction_.execute(shown + "AND id = $2::text", {workspace, id}));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

Result<void> ProviderKeysPostgres::put(const ProviderKey& meta, const std::string& key,
                                       const sealing::MasterKeys& masters, TimePoint now) {
  const auto owner = "workspace/" + meta.workspace;
  const auto rows = transaction_.execute(
      "SELECT encode(wrapped_data_key, 'hex') FROM directory.provider_key WHERE workspace_id = "
      "$1::text LIMIT 1",
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
    const auto kept = sealing::rewrap(masters, owner, from_hex(rows.text(0, 0)));
    if (!kept) return kept.error();
    wrapped = *kept;
    sealed = sealing::seal(sealing::unwrap(masters, owner, wrapped).value(), place, key);
  }
  transaction_.execute(
      "INSERT INTO directory.provider_key (workspace_id, id, provider, retiring, created_at, "
      "sealed_key, wrapped_data_key) VALUES ($1::text, $2::text, $3::text, $4::boolean, "
      "$5::timestamptz, decode($6::text, 'hex'), decode($7::text, 'hex')) ON CONFLICT "
      "(workspace_id, id) DO UPDATE SET provider = excluded.provider, retiring = "
      "excluded.retiring, sealed_key = excluded.sealed_key, wrapped_data_key = "
      "excluded.wrapped_data_key",
      {meta.workspace, meta.id, meta.provider, std::string(meta.retiring ? "t" : "f"),
       format_rfc3339(meta.created_at), to_hex(sealed), to_hex(wrapped)});
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
        "SELECT encode(sealed_key, 'hex'), encode(wrapped_data_key, 'hex') FROM "
        "directory.provider_key WHERE workspace_id = $1::text AND id = $2::text",
        {workspace, id});
    proto::ProviderKey message;
    message.set_id(id);
    message.set_workspace_id(workspace);
    message.set_provider(key->provider);
    message.set_sealed_key(from_hex(bytes.text(0, 0)));
    message.set_wrapped_data_key(from_hex(bytes.text(0, 1)));
    message.set_state(key->retiring ? proto::PROVIDER_KEY_STATE_RETIRING
                                    : proto::PROVIDER_KEY_STATE_VALID);
    message.set_created_at_ms(to_epoch_ms(key->created_at));
    value = message.SerializeAsString();
  }
  const auto version = transaction_.execute("SELECT nextval('directory.version')").integer(0, 0);
  const auto key = topic_key(workspace, id);
  events::Envelope envelope;
  envelope.id = uuid_v5(hookswitch_namespace, key + "\n" + std::to_string(version));
  envelope.source = "hookswitch/directory";
  envelope.type = proto::ProviderKey::descriptor()->full_name();
  envelope.time = now;
  envelope.subject = key;
  envelope.content_type = "application/protobuf";
  envelope.sequence = version;
  const events::OutboundRecord record{std::string(events::topics::directory), key, std::move(value),
                                      events::to_headers(envelope)};
  messaging::append_to_outbox(transaction_, "directory", outbox_input(), std::span(&record, 1));
}

}  // namespace hookswitch::directory
