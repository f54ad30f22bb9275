#pragma once
#include <hookswitch/core/result.hpp>
#include <hookswitch/routing/calcom_tenant.hpp>

#include <string_view>

namespace hookswitch::routing {

/// Reads what routing needs of a Cal.com webhook, wrapped in `payload` or flat (contracts §3.3),
/// and validates the whole text on the way. A Rejection names the field by JSON pointer: not JSON,
/// not UTF-8, not Cal.com's shape, or a duplicate of a key that routing needs. Pure.
[[nodiscard]] Result<CalcomFacts> read_calcom_body(std::string_view body);

}  // namespace hookswitch::routing
