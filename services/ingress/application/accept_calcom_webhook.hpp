#pragma once
#include "webhook.hpp"

namespace hookswitch::ingress {

/// Verify, shape, resolve, record: what becomes of a webhook of Cal.com's. Does no I/O; safe in
/// parallel.
[[nodiscard]] WebhookDecision accept_calcom_webhook(const IncomingWebhook& webhook,
                                                    const Knowledge& knowledge);

}  // namespace hookswitch::ingress
