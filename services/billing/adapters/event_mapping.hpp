#pragma once
#include "domain/usage.hpp"

#include <hookswitch/events/cloud_event.hpp>
#include <hookswitch/events/record.hpp>

#include <string_view>

namespace hookswitch::billing {

inline constexpr std::string_view event_source = "hookswitch/billing";

/// The record for `emission` of `usage`, told because of the event that came in `cause`. Its id
/// follows from the usage, the type and the content (docs/decisions/0031). Pure.
[[nodiscard]] events::OutboundRecord to_record(const Emission& emission, const UsageState& usage,
                                               const events::Envelope& cause);

}  // namespace hookswitch::billing
