#include "admin.hpp"

namespace hookswitch::runtime {
namespace {

http::Route get(std::string path, http::Handler handler) {
  http::Route route;
  route.method = "GET";
  route.pattern = std::move(path);
  route.handler = std::move(handler);
  route.body_limit = 0;
  return route;
}

}  // namespace

std::vector<http::Route> admin_routes(const Health& health, telemetry::Registry& registry) {
  std::vector<http::Route> routes;
  routes.push_back(get("/healthz/live", [](const http::Responder& exchange) {
    exchange.respond(http::json_response(200, "{\"live\":true}"));
  }));
  routes.push_back(get("/healthz/ready", [&health](const http::Responder& exchange) {
    exchange.respond(http::json_response(health.ready() ? 200 : 503, health.to_json()));
  }));
  routes.push_back(get("/metrics", [&registry](const http::Responder& exchange) {
    http::Response response;
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    response.body = registry.scrape();
    exchange.respond(std::move(response));
  }));
  return routes;
}

}  // namespace hookswitch::runtime
