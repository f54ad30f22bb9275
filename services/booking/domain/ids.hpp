#pragma once
#include <hookswitch/core/strong_id.hpp>

#include <compare>
#include <cstdint>
#include <string>

namespace hookswitch::booking {

/// Cal.com's name for one booking. Moving a booking makes another one with a uid of its own.
using BookingUid = StrongId<struct BookingUidTag>;
/// Our name for what the caller and the company agreed on, whatever uids it goes through.
using AppointmentId = StrongId<struct AppointmentIdTag>;
/// Retell's name for a call.
using CallId = StrongId<struct CallIdTag>;

/// Where an appointment's events go out: they are told in one lane for ever, so that nobody's
/// overtake another's. Opaque here; the partition from which its first webhook was read.
struct Lane {
  std::string topic;
  std::int32_t partition = 0;
  friend auto operator<=>(const Lane&, const Lane&) = default;
};

}  // namespace hookswitch::booking
