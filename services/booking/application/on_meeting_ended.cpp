#include "application/use_cases.hpp"

namespace hookswitch::booking {

std::vector<Emission> on_meeting_ended(Appointments& open, const BookingWebhook& webhook) {
  return open.hear(Said::meeting_ended, webhook);
}

}  // namespace hookswitch::booking
