#pragma once
#include <hookswitch/config/settings.hpp>
#include <hookswitch/runtime/service.hpp>

#include <chrono>
#include <cstdint>
#include <string>

namespace hookswitch::call_processing {

/// Everything that can be set; each is a flag and a HOOKSWITCH_… variable.
struct CallProcessingSettings {
  runtime::ServiceSettings service;
  std::string postgres_url;
  std::string postgres_owner_url;
  std::int64_t workers = 1;
  std::int64_t replicas = 1;
  std::int64_t batch_messages = 200;
  std::chrono::milliseconds batch_pause{0};
  std::int64_t max_attempts = 3;
  std::string group = "call-processing";  ///< not a setting: tests take one of their own
};

void declare(config::Settings& settings, CallProcessingSettings& values);

}  // namespace hookswitch::call_processing
