#pragma once
#include <hookswitch/http/server.hpp>
#include <hookswitch/runtime/health.hpp>
#include <hookswitch/telemetry/metrics.hpp>

#include <vector>

namespace hookswitch::runtime {

/// What the admin port serves: /healthz/live, /healthz/ready and /metrics. Both arguments must
/// outlive the server.
std::vector<http::Route> admin_routes(const Health& health, telemetry::Registry& registry);

}  // namespace hookswitch::runtime
