#include "subscriptions.hpp"

#include <hookswitch/events/topics.hpp>

#include <array>

namespace hookswitch::directory {

static constexpr std::array lines{
    Subscription{events::topics::webhooks_unresolved, "hookswitch.webhooks.v1.WebhookAccepted",
                 read_unresolved_webhook},
};

std::span<const Subscription> subscriptions() { return lines; }

}  // namespace hookswitch::directory
