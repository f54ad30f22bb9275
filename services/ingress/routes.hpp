#pragma once
#include "settings.hpp"
#include "webhook_endpoint.hpp"

#include <hookswitch/http/server.hpp>

#include <vector>

namespace hookswitch::ingress {

/// Everything that can enter ingress. The endpoints must outlive the routes.
[[nodiscard]] std::vector<http::Route> routes(const WebhookEndpoint& retell,
                                              const WebhookEndpoint& calcom,
                                              const IngressSettings& settings);

}  // namespace hookswitch::ingress
