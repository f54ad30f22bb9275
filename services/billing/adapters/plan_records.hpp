#pragma once
#include "domain/price_plan.hpp"

#include <hookswitch/messaging/handler.hpp>

#include <optional>

namespace hookswitch::billing {

/// Whose a price plan is, for a record of the directory that has no ce_tenantid: what its value
/// says. Nothing for every other record, and for a tombstone. Pure, does not throw.
[[nodiscard]] std::optional<TenantId> company_of_plan(const events::InboundRecord& record);

/// What a record `plan/<id>` says; a tombstone says that the plan is gone. A plan without versions
/// is version 1, valid from ever. A Rejection names the field.
[[nodiscard]] Result<PlanRecord> plan_record(const messaging::Delivery& delivery);

}  // namespace hookswitch::billing
