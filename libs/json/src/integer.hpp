#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace hookswitch::json {

/// The integer that a JSON number stands for: 5, 5.0, 5e0 and 50e-1 are 5. Nothing when it has a
/// fraction or does not fit 64 bits. Exact: no double on the way. `number` is known to be a JSON
/// number.
[[nodiscard]] std::optional<std::int64_t> integer_of(std::string_view number);

}  // namespace hookswitch::json
