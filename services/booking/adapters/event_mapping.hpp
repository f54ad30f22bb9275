#pragma once
#include "domain/appointment_events.hpp"

#include <hookswitch/events/cloud_event.hpp>
#include <hookswitch/events/record.hpp>

#include <string_view>

/// Domain events ⇄ the bus: the only file that knows protobuf.
namespace hookswitch::booking {

inline constexpr std::string_view event_source = "hookswitch/booking";

/// The record for `emission`, told while `cause` was handled. Its id follows from the appointment,
/// the type, and the content that is told (docs/decisions/0021). Pure.
[[nodiscard]] events::OutboundRecord to_record(const Emission& emission,
                                               const events::Envelope& cause);

}  // namespace hookswitch::booking
