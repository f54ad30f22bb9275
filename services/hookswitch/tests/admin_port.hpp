#pragma once
#include <hookswitch/http/server.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace hookswitch::cli::test {

/// A service's admin port whose readiness is what a test says.
struct AdminPort {
  unsigned status = 200;
  std::string body;
  http::Server server{{}, routes()};

  AdminPort(unsigned answer, std::string text) : status(answer), body(std::move(text)) {
    server.start();
  }
  ~AdminPort() { server.stop(std::chrono::seconds{1}); }
  AdminPort(const AdminPort&) = delete;
  AdminPort& operator=(const AdminPort&) = delete;

  [[nodiscard]] std::string url() const {
    return "http://127.0.0.1:" + std::to_string(server.port());
  }
  std::vector<http::Route> routes() {
    http::Route ready;
    ready.method = "GET";
    ready.pattern = "/healthz/ready";
    ready.handler = [this](const http::Responder& exchange) {
      exchange.respond(http::json_response(status, body));
    };
    return {ready};
  }
};

}  // namespace hookswitch::cli::test
