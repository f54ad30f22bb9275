#include "adapters/api_key_records.hpp"

#include "adapters/entity_records.hpp"

#include <hookswitch/directory/v1/access.pb.h>
#include <hookswitch/events/cloud_event.hpp>
#include <hookswitch/events/topics.hpp>

#include <optional>
#include <utility>

namespace hookswitch::directory {
namespace {

namespace proto = hookswitch::directory::v1;

constexpr std::string_view sealed_field = "key";

events::OutboundRecord record(const ApiKeyName& name, std::optional<std::string> value,
                              std::int64_t version, TimePoint now) {
  const auto key = topic_key(name);
  auto envelope = envelope_of_record(key, proto::ApiKey::descriptor()->full_name(), version, now);
  envelope.tenant = name.company;
  return {std::string(events::topics::directory), key, std::move(value),
          events::to_headers(envelope)};
}

}  // namespace

std::string topic_key(const ApiKeyName& name) {
  return "api_key/" + name.company.str() + "/" + name.provider + "/" + name.id;
}

std::string data_key_owner(const TenantId& company) { return "company/" + company.str(); }

std::string seal_api_key(const sealing::DataKey& key, const ApiKeyName& name,
                         std::string_view secret) {
  const auto entity = topic_key(name);
  return sealing::seal(key, {entity, sealed_field}, secret);
}

Result<sealing::Secret> open_api_key(const sealing::DataKey& key, const ApiKeyName& name,
                                     std::string_view sealed) {
  const auto entity = topic_key(name);
  return sealing::open(key, {entity, sealed_field}, sealed);
}

events::OutboundRecord api_key_record(const ApiKey& key, const std::string& sealed,
                                      const std::string& wrapped_data_key, std::int64_t version,
                                      TimePoint now) {
  proto::ApiKey message;
  message.set_id(key.name.id);
  message.set_company_id(key.name.company.str());
  message.set_provider(key.name.provider);
  message.set_sealed_key(sealed);
  message.set_wrapped_data_key(wrapped_data_key);
  message.set_state(key.retiring ? proto::API_KEY_STATE_RETIRING : proto::API_KEY_STATE_VALID);
  message.set_created_at_ms(to_epoch_ms(key.created_at));
  return record(key.name, message.SerializeAsString(), version, now);
}

events::OutboundRecord api_key_tombstone(const ApiKeyName& name, std::int64_t version,
                                         TimePoint now) {
  return record(name, std::nullopt, version, now);
}

}  // namespace hookswitch::directory
