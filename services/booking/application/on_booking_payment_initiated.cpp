#include "application/use_cases.hpp"

namespace hookswitch::booking {

std::vector<Emission> on_booking_payment_initiated(Appointments& open,
                                                   const BookingWebhook& webhook) {
  return open.hear(Said::payment_initiated, webhook);
}

}  // namespace hookswitch::booking
