#include "subscriptions.hpp"

#include <hookswitch/events/topics.hpp>

#include <array>

namespace hookswitch::booking {

namespace topics = events::topics;

// One line an event. Every other webhook of a tenant is kept as it came; every other event of a
// call is ignored: the first that comes says that the tenant has it.
static const std::array lines{
    Subscription{topics::webhooks_calcom, "BOOKING_CREATED", on_booking_created},
    Subscription{topics::webhooks_calcom, "BOOKING_REQUESTED", on_booking_requested},
    Subscription{topics::webhooks_calcom, "BOOKING_RESCHEDULED", on_booking_rescheduled},
    Subscription{topics::webhooks_calcom, "BOOKING_CANCELLED", on_booking_cancelled},
    Subscription{topics::webhooks_calcom, "BOOKING_REJECTED", on_booking_rejected},
    Subscription{topics::webhooks_calcom, "BOOKING_PAID", on_booking_paid},
    Subscription{topics::webhooks_calcom, "BOOKING_PAYMENT_INITIATED",
                 on_booking_payment_initiated},
    Subscription{topics::webhooks_calcom, "BOOKING_NO_SHOW_UPDATED", on_booking_no_show_updated},
    Subscription{topics::webhooks_calcom, "MEETING_STARTED", on_meeting_started},
    Subscription{topics::webhooks_calcom, "MEETING_ENDED", on_meeting_ended},
    Subscription{topics::calls, "hookswitch.calls.v1.CallStarted", on_call_heard_of},
    Subscription{topics::calls, "hookswitch.calls.v1.CallEnded", on_call_heard_of},
    Subscription{topics::calls, "hookswitch.calls.v1.CallNotConnected", on_call_heard_of},
};

std::span<const Subscription> subscriptions() { return lines; }

}  // namespace hookswitch::booking
