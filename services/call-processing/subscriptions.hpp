#pragma once
#include "adapters/call_batch_handler.hpp"

#include <span>

namespace hookswitch::call_processing {

/// Everything that can enter this service.
[[nodiscard]] std::span<const Subscription> subscriptions();

}  // namespace hookswitch::call_processing
