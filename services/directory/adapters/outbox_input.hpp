#pragma once
#include <hookswitch/messaging/ports.hpp>

namespace hookswitch::directory {

/// What the outbox's rows carry where a consumer's carry their input partition: nobody is given it
/// by Kafka, so the OutboxThread is its owner.
[[nodiscard]] inline messaging::InputPartition outbox_input() { return {"directory.http", 0}; }

}  // namespace hookswitch::directory
