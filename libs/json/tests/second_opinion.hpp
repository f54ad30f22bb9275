#pragma once
#include <string_view>

namespace hookswitch::json::tests {

/// Whether RapidJSON, whose parser is another one, agrees with Document::parse() on whether this is
/// JSON, and on the characters of every string if it is. Where it is known to be wrong, and beyond
/// the limits, it is not asked.
[[nodiscard]] bool rapidjson_agrees(std::string_view text);

}  // namespace hookswitch::json::tests
