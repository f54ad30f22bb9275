#pragma once
#include <hookswitch/events/record.hpp>

#include <string>
#include <vector>

namespace hookswitch::messaging::testing {

/// Commits the topics' ends for a group that nobody is in yet: what others left there is not its.
void begin_at_the_ends(const std::string& brokers, const std::string& group,
                       const std::vector<std::string>& topics);

/// Puts records on their topics, as their producer would; waits for the broker. Throws when one did
/// not get there.
void put_on_bus(const std::string& brokers, const std::vector<events::OutboundRecord>& records);

}  // namespace hookswitch::messaging::testing
