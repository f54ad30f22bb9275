#pragma once
#include "domain/usage.hpp"

#include <hookswitch/core/time.hpp>

#include <optional>
#include <variant>
#include <vector>

/// One for each event that the service subscribes to; each in the file of its name.
namespace hookswitch::billing {

/// Given the call's usage, locked and loaded, what the event says (of the kind that the use case is
/// for), and the plans of the company. Returns what is to be told.
using CallUseCase = std::vector<Emission> (*)(Usage& usage, const CallFact& fact,
                                              const TenantPlans& plans);

[[nodiscard]] std::vector<Emission> on_call_ended(Usage& usage, const CallFact& fact,
                                                  const TenantPlans& plans);
[[nodiscard]] std::vector<Emission> on_call_not_connected(Usage& usage, const CallFact& fact,
                                                          const TenantPlans& plans);
[[nodiscard]] std::vector<Emission> on_call_cost_reported(Usage& usage, const CallFact& fact,
                                                          const TenantPlans& plans);

/// Given the company's plans. Returns the earliest end of a call that may be priced differently now
/// (Usage::plans_changed says how), or nothing when none is.
using PlanUseCase = std::optional<TimePoint> (*)(TenantPlans& plans, const PlanRecord& record);

[[nodiscard]] std::optional<TimePoint> on_price_plan(TenantPlans& plans, const PlanRecord& record);

using UseCase = std::variant<CallUseCase, PlanUseCase>;

}  // namespace hookswitch::billing
