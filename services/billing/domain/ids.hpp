#pragma once
#include <hookswitch/core/strong_id.hpp>
#include <hookswitch/core/uuid.hpp>

#include <initializer_list>
#include <string_view>

namespace hookswitch::billing {

using CallId = StrongId<struct CallIdTag>;
using PlanId = StrongId<struct PlanIdTag>;
/// ISO 4217, three capital letters.
using CurrencyCode = StrongId<struct CurrencyCodeTag>;

/// UUIDv5 of the parts, each with its length before it, so that no two lists give one id. Pure.
[[nodiscard]] Uuid derived_id(std::initializer_list<std::string_view> parts);

/// The id of a call's usage and of its charge: the same tenant and call, the same id, for ever.
[[nodiscard]] Uuid call_usage_id(const TenantId& tenant, const CallId& call);

}  // namespace hookswitch::billing
