#pragma once
#include "webhook.hpp"

namespace hookswitch::ingress {

/// Verify, shape, resolve, record: what becomes of a webhook of Retell's. Does no I/O; safe in
/// parallel.
[[nodiscard]] WebhookDecision accept_retell_webhook(const IncomingWebhook& webhook,
                                                    const Knowledge& knowledge);

}  // namespace hookswitch::ingress
