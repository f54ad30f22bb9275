#pragma once
#include "domain/call.hpp"

#include <hookswitch/core/result.hpp>

#include <vector>

/// One for each webhook event that the service subscribes to; each in the file of its name. Given
/// the call, locked and loaded, and what the webhook says. Returns what is to be told; a Rejection
/// changes nothing and makes the webhook a dead letter.
namespace hookswitch::call_processing {

using UseCase = Result<std::vector<Emission>> (*)(Call& call, const CallWebhook& webhook);

[[nodiscard]] Result<std::vector<Emission>> on_call_started(Call& call, const CallWebhook& webhook);
[[nodiscard]] Result<std::vector<Emission>> on_call_ended(Call& call, const CallWebhook& webhook);
[[nodiscard]] Result<std::vector<Emission>> on_call_analyzed(Call& call,
                                                             const CallWebhook& webhook);

}  // namespace hookswitch::call_processing
