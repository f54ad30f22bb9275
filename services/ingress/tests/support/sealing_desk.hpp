#pragma once
#include "sealed_keys.hpp"

#include <hookswitch/directory/v1/access.pb.h>
#include <hookswitch/sealing/envelope.hpp>

#include <string>

namespace hookswitch::ingress {

/// Seals provider keys as the directory service does.
struct SealingDesk {
  static inline const std::string first =
      "first 6e9c3fc85cdaf0ef657262fd8c782755d6c9bb3e46c47852673dd22d9efa28d5\n";
  static inline const std::string second =
      "second 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n";

  explicit SealingDesk(const std::string& master_keys = first)
      : masters(sealing::MasterKeys::parse(master_keys).value()) {}

  [[nodiscard]] directory::v1::ProviderKey entity(const std::string& workspace,
                                                  const std::string& id,
                                                  const std::string& provider,
                                                  const std::string& key) const {
    const auto data_key = sealing::make_data_key(masters, "workspace/" + workspace);
    const auto entity = "provider_key/" + workspace + "/" + id;
    directory::v1::ProviderKey message;
    message.set_id(id);
    message.set_workspace_id(workspace);
    message.set_provider(provider);
    message.set_sealed_key(sealing::seal(data_key.key, {entity, provider}, key));
    message.set_wrapped_data_key(data_key.wrapped);
    message.set_state(directory::v1::PROVIDER_KEY_STATE_VALID);
    return message;
  }
  void put(SealedKeys& keys, const std::string& workspace, const std::string& id,
           const std::string& provider, const std::string& key) const {
    const auto value = entity(workspace, id, provider, key).SerializeAsString();
    apply_provider_key(keys, workspace + "/" + id, value).value();
  }

  sealing::MasterKeys masters;
};

}  // namespace hookswitch::ingress
