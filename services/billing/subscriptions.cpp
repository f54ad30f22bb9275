#include "subscriptions.hpp"

#include <hookswitch/events/topics.hpp>

#include <array>

namespace hookswitch::billing {

namespace topics = events::topics;

// One line an event; every other event of these topics is ignored.
static constexpr std::array lines{
    Subscription{topics::calls, "hookswitch.calls.v1.CallEnded", on_call_ended},
    Subscription{topics::calls, "hookswitch.calls.v1.CallNotConnected", on_call_not_connected},
    Subscription{topics::calls, "hookswitch.calls.v1.CallCostReported", on_call_cost_reported},
    Subscription{topics::directory, "hookswitch.directory.v1.PricePlan", on_price_plan},
};

std::span<const Subscription> subscriptions() { return lines; }

}  // namespace hookswitch::billing
