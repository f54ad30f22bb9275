#pragma once
#include "../simulation/call_ledger.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace hookswitch::cli {

/// Reads topics from their beginning into the ledger until it is settled, or nothing new has come
/// for `patience`. Throws kafka::Unavailable.
void follow_calls(const std::string& brokers, const std::vector<std::string>& topics,
                  CallLedger& ledger, std::chrono::milliseconds patience);

/// Waits until a group has read what is in the topic now; false when it has not within `patience`.
/// Throws kafka::Unavailable.
[[nodiscard]] bool await_group(const std::string& brokers, const std::string& group,
                               const std::string& topic, std::chrono::milliseconds patience);

}  // namespace hookswitch::cli
