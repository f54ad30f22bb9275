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

/// What was opened, with what it came from.
struct OpenedKey {
  SealedKey sealed;
  std::string text;
};
/// By `<workspace>/<key id>`.
using OpenedTexts = std::map<std::string, OpenedKey, std::less<>>;

/// What came of opening them. What is told of the closed ones names keys by their ids and holds
/// none.
struct OpenedKeys {
  KeyRing ring;
  OpenedTexts texts;
  struct Closed {
    std::string id;  ///< `<workspace>/<key id>`
    Rejection why;
  };
  std::vector<Closed> closed;
};
/// Opens each; what does not open, or opens to no key, is left out and told. Of `before`, a key
/// that has only been rewrapped since, by a master key that is not there yet, stays open (and is
/// told all the same). Pure.
[[nodiscard]] OpenedKeys open_keys(const SealedKeys& keys, const sealing::MasterKeys& masters,
                                   const OpenedTexts& before = {});

}  // namespace hookswitch::ingress
