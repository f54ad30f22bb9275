#pragma once
#include "simulated_call.hpp"

namespace hookswitch::cli {

/// The body that Retell would post: compact JSON, UTF-8; about 1 to 25 KB, 1 MB for a large call.
/// Pure: the same call, the same bytes.
[[nodiscard]] std::string body_of(const SimulatedCall& call, CallWebhookKind kind,
                                  const SimulatedTenant& tenant);

}  // namespace hookswitch::cli
