#include "application/use_cases.hpp"

namespace hookswitch::booking {

std::vector<Emission> on_booking_requested(Appointments& open, const BookingWebhook& webhook) {
  return open.hear(Said::requested, webhook);
}

}  // namespace hookswitch::booking
