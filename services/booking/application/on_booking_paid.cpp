#include "application/use_cases.hpp"

namespace hookswitch::booking {

std::vector<Emission> on_booking_paid(Appointments& open, const BookingWebhook& webhook) {
  return open.hear(Said::paid, webhook);
}

}  // namespace hookswitch::booking
