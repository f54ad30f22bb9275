#include "application/use_cases.hpp"

namespace hookswitch::billing {

std::vector<Emission> on_call_cost_reported(Usage& usage, const CallFact& fact,
                                            const TenantPlans& plans) {
  return usage.cost_reported(std::get<ReportedCost>(fact.said), plans, fact.event);
}

}  // namespace hookswitch::billing
