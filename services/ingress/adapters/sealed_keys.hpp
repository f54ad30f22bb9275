#pragma once
#include "workspace_keys.hpp"

#include <hookswitch/core/result.hpp>
#include <hookswitch/sealing/master_keys.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hookswitch::ingress {

/// A provider key as the directory topic has it.
struct SealedKey {
  std::string workspace;
  std::string provider;  ///< "retell" or "calcom"
  std::string sealed_key;
  std::string wrapped_data_key;
  friend bool operator==(const SealedKey&, const SealedKey&) = default;
};
/// By `<workspace>/<key id>`.
using SealedKeys = std::map<std::string, SealedKey, std::less<>>;

/// Applies the record `provider_key/<workspace>/<key id>` of the directory topic: its value, or
/// nothing for its tombstone. A Rejection when it cannot be read, is of another provider or in a
/// state that is not known here; the key is gone then. Pure.
[[nodiscard]] Result<void> apply_provider_key(SealedKeys& keys, std::string_view id,
                                              std::optional<std::string_view> value);

/// What came of opening them. The texts name keys by their ids and hold none.
struct OpenedKeys {
  KeyRing ring;
  struct Closed {
    std::string id;  ///< `<workspace>/<key id>`
    Rejection why;
  };
  std::vector<Closed> closed;
};
/// Opens each; what does not open, or opens to no key, is left out and told. Pure.
[[nodiscard]] OpenedKeys open_keys(const SealedKeys& keys, const sealing::MasterKeys& masters);

}  // namespace hookswitch::ingress
