#pragma once
#include "adapters/json_fields.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hookswitch::directory {

/// True for a provider whose keys are kept. Pure.
[[nodiscard]] bool is_provider(std::string_view text);

/// What a PUT says of a provider key or an API key.
struct KeyFields {
  std::optional<std::string> key;
  bool retiring = false;
  bool says_nothing = false;  ///< neither a key nor a state
};

/// Reads the members "key", by `rule`, and "state". What is wrong becomes a complaint of `fields`.
[[nodiscard]] KeyFields read_key_fields(JsonFields& fields, const JsonFields::TextRule& rule,
                                        std::string_view expected);

}  // namespace hookswitch::directory
