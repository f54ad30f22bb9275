#include "routes.hpp"

#include <string>

namespace hookswitch::ingress {

std::vector<http::Route> routes(const WebhookEndpoint& retell, const WebhookEndpoint& calcom,
                                const IngressSettings& settings) {
  const auto webhook = [&](const std::string& pattern, const WebhookEndpoint& endpoint) {
    http::Route route;
    route.method = "POST";
    route.pattern = pattern;
    route.handler = [&endpoint](const http::Responder& responder) { endpoint.handle(responder); };
    route.body_limit = static_cast<std::size_t>(settings.body_limit);
    route.answer_deadline = settings.answer_deadline;
    route.content_types = {"application/json"};
    return route;
  };
  return {
      webhook("/webhooks/retell", retell),
      webhook("/webhooks/calcom", calcom),
      webhook("/workspaces/{workspace}/webhooks/retell", retell),
      webhook("/workspaces/{workspace}/webhooks/calcom", calcom),
  };
}

}  // namespace hookswitch::ingress
