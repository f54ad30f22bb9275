#pragma once
#include <hookswitch/core/result.hpp>
#include <hookswitch/core/strong_id.hpp>
#include <hookswitch/core/time.hpp>
#include <hookswitch/events/record.hpp>
#include <hookswitch/sealing/envelope.hpp>

#include <cstdint>
#include <string>
#include <string_view>

/// A company's keys at the providers, as what is sealed and told of them (docs/decisions/0056). All
/// pure but for the random bytes of sealing.
namespace hookswitch::directory {

/// Which key of a company's.
struct ApiKeyName {
  TenantId company;
  std::string provider;  ///< "calcom" or "retell"
  std::string id;
  friend bool operator==(const ApiKeyName&, const ApiKeyName&) = default;
};

/// What may be shown of it.
struct ApiKey {
  ApiKeyName name;
  bool retiring = false;
  TimePoint created_at{};
  friend bool operator==(const ApiKey&, const ApiKey&) = default;
};

/// Its key on the topic.
[[nodiscard]] std::string topic_key(const ApiKeyName& name);
/// For whom libs/sealing makes and unwraps a company's data keys.
[[nodiscard]] std::string data_key_owner(const TenantId& company);
/// What is sealed opens under the same name only. open_api_key() refuses what sealing::open()
/// refuses.
[[nodiscard]] std::string seal_api_key(const sealing::DataKey& key, const ApiKeyName& name,
                                       std::string_view secret);
[[nodiscard]] Result<sealing::Secret> open_api_key(const sealing::DataKey& key,
                                                   const ApiKeyName& name, std::string_view sealed);

/// What the topic says of it: everything that who has the master key needs to open it.
[[nodiscard]] events::OutboundRecord api_key_record(const ApiKey& key, const std::string& sealed,
                                                    const std::string& wrapped_data_key,
                                                    std::int64_t version, TimePoint now);
[[nodiscard]] events::OutboundRecord api_key_tombstone(const ApiKeyName& name, std::int64_t version,
                                                       TimePoint now);

}  // namespace hookswitch::directory
