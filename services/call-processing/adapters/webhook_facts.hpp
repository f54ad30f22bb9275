#pragma once
#include "domain/facts.hpp"

#include <hookswitch/core/result.hpp>
#include <hookswitch/events/cloud_event.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace hookswitch::call_processing {

/// JSON pointers of fields that were there and odd, each of them a name of the contract.
using IgnoredFields = std::vector<std::string>;

/// What a Retell webhook's body says about its call (contracts §2.2, §2.3). `body` must outlive the
/// result, whose transcript is a view into it. Refused is what is odd in the call's id, in instants
/// (2000 to 2100, epoch milliseconds), in durations (0 to 31 days) or in money (below 10^9 dollars,
/// at most 30 places): a Rejection names the field that is missing ("missing_field"), of a wrong
/// type ("wrong_type"), out of range ("out_of_range") or not exact ("not_exact"). A delivery
/// without a tenant is refused too ("no_tenant"). Any other field of a wrong type counts as absent,
/// and a NUL character in its text as U+FFFD; `ignored` then gets its path. Pure.
[[nodiscard]] Result<CallWebhook> webhook_facts(std::string_view body,
                                                const events::Envelope& envelope,
                                                IgnoredFields& ignored);

}  // namespace hookswitch::call_processing
