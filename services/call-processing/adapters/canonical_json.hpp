#pragma once
#include <hookswitch/json/document.hpp>

#include <string>

namespace hookswitch::call_processing {

/// The value as one compact text: members sorted by name (of several with one name the first),
/// strings unescaped and written anew, numbers as sent. Two ways to write the same give the same
/// text.
[[nodiscard]] std::string canonical_json(const json::Value& value);

}  // namespace hookswitch::call_processing
