#include "application/use_cases.hpp"

namespace hookswitch::booking {

std::vector<Emission> on_booking_no_show_updated(Appointments& open,
                                                 const BookingWebhook& webhook) {
  return open.hear(Said::no_show, webhook);
}

}  // namespace hookswitch::booking
