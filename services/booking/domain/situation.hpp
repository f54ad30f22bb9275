#pragma once
#include "domain/appointment_events.hpp"
#include "domain/chain.hpp"

#include <set>
#include <vector>

namespace hookswitch::booking {

/// What is true of an appointment, and what therefore has to have been told, in this order.
struct Situation {
  Standing standing;
  std::optional<CallId> call;
  std::vector<AppointmentEvent> facts;
};

/// Pure: a function of what was said, and of which claimed calls are the tenant's.
[[nodiscard]] Situation situation_of(const Chain& chain, const std::set<CallId>& calls_known);

}  // namespace hookswitch::booking
