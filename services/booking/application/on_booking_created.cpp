#include "application/use_cases.hpp"

namespace hookswitch::booking {

std::vector<Emission> on_booking_created(Appointments& open, const BookingWebhook& webhook) {
  return open.hear(Said::created, webhook);
}

}  // namespace hookswitch::booking
