#pragma once
#include "adapters/billing_batch_handler.hpp"

#include <span>

namespace hookswitch::billing {

/// Everything that can enter this service.
[[nodiscard]] std::span<const Subscription> subscriptions();

}  // namespace hookswitch::billing
