#pragma once
#include "adapters/subscription.hpp"

#include <span>

namespace hookswitch::booking {

/// Everything that can enter this service.
[[nodiscard]] std::span<const Subscription> subscriptions();

}  // namespace hookswitch::booking
