#pragma once
#include "adapters/unresolved_records.hpp"

#include <span>

namespace hookswitch::directory {

/// Everything that can enter this service from the bus; routes.hpp has what enters over HTTP.
[[nodiscard]] std::span<const Subscription> subscriptions();

}  // namespace hookswitch::directory
