#pragma once
#include <hookswitch/messaging/consumer_service.hpp>

namespace hookswitch::billing {

/// What this service is, wired.
[[nodiscard]] messaging::ConsumerDefinition definition();

}  // namespace hookswitch::billing
