#pragma once
#include <hookswitch/config/settings.hpp>
#include <hookswitch/runtime/service.hpp>

#include <cstdint>
#include <string>

namespace hookswitch::directory {

/// Everything that can be set; each is a flag and a HOOKSWITCH_… variable.
struct DirectorySettings {
  runtime::ServiceSettings service;
  std::string http_address = "127.0.0.1";
  std::int64_t http_port = 0;
  std::int64_t http_workers = 4;
  std::string admin_token;
  std::string postgres_url;
  std::string postgres_owner_url;
  std::int64_t replicas = 1;
  bool prepare_only = false;    ///< end with exit code 0 once the database is in shape
  std::string master_key_file;  ///< without one, no key is taken
};

/// Declares them; `values` must outlive `settings`.
void declare(config::Settings& settings, DirectorySettings& values);

}  // namespace hookswitch::directory
