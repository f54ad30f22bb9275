#pragma once
#include <hookswitch/messaging/consumer_service.hpp>

namespace hookswitch::call_processing {

/// What this service is, wired.
[[nodiscard]] messaging::ConsumerDefinition definition();

}  // namespace hookswitch::call_processing
