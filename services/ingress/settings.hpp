#pragma once
#include <hookswitch/config/settings.hpp>
#include <hookswitch/runtime/service.hpp>

#include <chrono>
#include <cstdint>
#include <string>

namespace hookswitch::ingress {

/// Everything about ingress that can be set from outside.
struct IngressSettings {
  IngressSettings();

  runtime::ServiceSettings service;
  std::string http_address = "127.0.0.1";
  std::int64_t http_port = 8080;  ///< 0: any free one
  std::int64_t threads;           ///< I/O threads: one for two cores unless set
  std::string workspaces_file;    ///< one of the two at least
  std::string master_key_file;
  std::chrono::milliseconds linger{1};
  std::int64_t body_limit = std::int64_t{4} * 1024 * 1024;  ///< bytes
  std::int64_t in_flight = 10'000;  ///< webhooks that Kafka has not reported yet
  std::chrono::milliseconds answer_deadline{2000};
};

/// The values must outlive `settings`.
void declare(config::Settings& settings, IngressSettings& values);

}  // namespace hookswitch::ingress
