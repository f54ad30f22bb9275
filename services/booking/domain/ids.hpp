#pragma once
#include <hookswitch/core/strong_id.hpp>

namespace hookswitch::booking {

/// Cal.com's name for one booking. Moving a booking makes another one with a uid of its own.
using BookingUid = StrongId<struct BookingUidTag>;
/// Our name for what the caller and the company agreed on, whatever uids it goes through.
using AppointmentId = StrongId<struct AppointmentIdTag>;
/// Retell's name for a call.
using CallId = StrongId<struct CallIdTag>;

}  // namespace hookswitch::booking
