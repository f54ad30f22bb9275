#pragma once
#include <hookswitch/messaging/consumer_service.hpp>

namespace hookswitch::booking {

/// What this service is, wired.
[[nodiscard]] messaging::ConsumerDefinition definition();

}  // namespace hookswitch::booking
