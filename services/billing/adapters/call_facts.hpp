#pragma once
#include "domain/facts.hpp"

#include <hookswitch/messaging/handler.hpp>

namespace hookswitch::billing {

/// What a CallEnded, CallNotConnected or CallCostReported says. A Rejection names the field: not
/// protobuf, no tenant, no call, an instant outside 2000 to 2100, a length outside 0 to 31 days, a
/// cost that is no amount.
[[nodiscard]] Result<CallFact> call_fact(const messaging::Delivery& delivery);

}  // namespace hookswitch::billing
