#include "application/use_cases.hpp"

namespace hookswitch::booking {

std::vector<Emission> on_booking_cancelled(Appointments& open, const BookingWebhook& webhook) {
  return open.hear(Said::cancelled, webhook);
}

}  // namespace hookswitch::booking
