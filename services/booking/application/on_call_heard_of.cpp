#include "application/use_cases.hpp"

namespace hookswitch::booking {

std::vector<Emission> on_call_heard_of(Appointments& open, const HeardCall& call) {
  return open.know_call(call.tenant, call.call, call.id, call.happened_at);
}

}  // namespace hookswitch::booking
