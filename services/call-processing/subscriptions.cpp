#include "subscriptions.hpp"

#include <hookswitch/events/topics.hpp>

#include <array>

namespace hookswitch::call_processing {

namespace topics = events::topics;

// One line an event; every other event of these topics is ignored.
static constexpr std::array lines{
    Subscription{topics::webhooks_retell, "call_started", on_call_started},
    Subscription{topics::webhooks_retell, "call_ended", on_call_ended},
    Subscription{topics::webhooks_retell, "call_analyzed", on_call_analyzed},
};

std::span<const Subscription> subscriptions() { return lines; }

}  // namespace hookswitch::call_processing
