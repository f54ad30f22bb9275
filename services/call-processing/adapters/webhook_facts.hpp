#pragma once
#include "domain/facts.hpp"

#include <hookswitch/core/result.hpp>
#include <hookswitch/events/cloud_event.hpp>

#include <string_view>

namespace hookswitch::call_processing {

/// What a Retell webhook's body says about its call (contracts §2.2, §2.3). `body` must outlive the
/// result, whose transcript is a view into it. A Rejection names the field that is missing
/// ("missing_field"), of a wrong type ("wrong_type"), out of range or not exact; fields that the
/// service does not need may be anything. A delivery without a tenant is refused
/// ("no_tenant"). Pure.
[[nodiscard]] Result<CallWebhook> webhook_facts(std::string_view body,
                                                const events::Envelope& envelope);

}  // namespace hookswitch::call_processing
