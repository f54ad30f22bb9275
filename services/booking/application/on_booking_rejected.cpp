#include "application/use_cases.hpp"

namespace hookswitch::booking {

std::vector<Emission> on_booking_rejected(Appointments& open, const BookingWebhook& webhook) {
  return open.hear(Said::rejected, webhook);
}

}  // namespace hookswitch::booking
