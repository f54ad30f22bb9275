#pragma once
#include "domain/booking_webhook.hpp"

#include <hookswitch/core/result.hpp>
#include <hookswitch/events/cloud_event.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace hookswitch::booking {

/// JSON pointers of fields that were there and odd, each of them a name of the contract.
using IgnoredFields = std::vector<std::string>;

/// What a Cal.com webhook's body says about its booking (contracts §3.3), wrapped in `payload` or
/// flat as MEETING_* come. Its tenant is the envelope's, or empty. Refused is what is odd in a uid
/// (`uid` or `bookingUid`, `rescheduleUid`: up to 256 bytes), in the booking's times (RFC 3339,
/// 2000 to 2100) and in `requestReschedule`: a Rejection names the field that is missing
/// ("missing_field"), of a wrong type ("wrong_type"), out of range ("out_of_range"), too long
/// ("too_long") or has a NUL character ("not_storable"). Any other field of a wrong type counts as
/// absent, and a NUL character in its text as U+FFFD; `ignored` then gets its path. Pure.
[[nodiscard]] Result<BookingWebhook> webhook_facts(std::string_view body,
                                                   const events::Envelope& envelope,
                                                   IgnoredFields& ignored);

}  // namespace hookswitch::booking
