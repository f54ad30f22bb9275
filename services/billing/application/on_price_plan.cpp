#include "application/use_cases.hpp"

namespace hookswitch::billing {

std::optional<TimePoint> on_price_plan(TenantPlans& plans, const PlanRecord& record) {
  return plans.apply(record);
}

}  // namespace hookswitch::billing
