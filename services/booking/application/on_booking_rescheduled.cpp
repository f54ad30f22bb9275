#include "application/use_cases.hpp"

namespace hookswitch::booking {

std::vector<Emission> on_booking_rescheduled(Appointments& open, const BookingWebhook& webhook) {
  return open.hear(Said::rescheduled, webhook);
}

}  // namespace hookswitch::booking
