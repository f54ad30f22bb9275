#include "application/use_cases.hpp"

namespace hookswitch::booking {

std::vector<Emission> on_meeting_started(Appointments& open, const BookingWebhook& webhook) {
  return open.hear(Said::meeting_started, webhook);
}

}  // namespace hookswitch::booking
