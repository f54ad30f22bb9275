#include "application/use_cases.hpp"

namespace hookswitch::billing {

std::vector<Emission> on_call_ended(Usage& usage, const CallFact& fact, const TenantPlans& plans) {
  return usage.over(std::get<CallOver>(fact.said), plans, fact.event);
}

}  // namespace hookswitch::billing
