#pragma once
#include <hookswitch/core/result.hpp>
#include <hookswitch/routing/retell_tenant.hpp>

#include <string_view>

namespace hookswitch::routing {

/// Reads what routing needs of a Retell webhook (contracts §2.2) and validates the whole text on
/// the way. A Rejection names the field by JSON pointer: not JSON, not UTF-8, not Retell's shape,
/// or a duplicate of a key that routing needs. Pure.
[[nodiscard]] Result<RetellFacts> read_retell_body(std::string_view body);

}  // namespace hookswitch::routing
