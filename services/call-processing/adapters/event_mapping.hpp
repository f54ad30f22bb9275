#pragma once
#include "domain/call_events.hpp"
#include "domain/facts.hpp"

#include <hookswitch/events/cloud_event.hpp>
#include <hookswitch/events/record.hpp>

#include <string_view>

/// Domain events ⇄ the bus: the only file that knows protobuf.
namespace hookswitch::call_processing {

inline constexpr std::string_view event_source = "hookswitch/call-processing";

/// The record for `emission`, told because of `webhook`, which came in `cause`. Its id follows from
/// the call, the type and, for what can be revised, the content (docs/decisions/0004). Pure.
[[nodiscard]] events::OutboundRecord to_record(const Emission& emission, const CallWebhook& webhook,
                                               const events::Envelope& cause);

}  // namespace hookswitch::call_processing
