#pragma once
#include "periodic.hpp"

#include <hookswitch/sealing/master_keys.hpp>
#include <hookswitch/telemetry/metrics.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>

namespace hookswitch::ingress {

/// The master key file: read at the start and again when it has changed, so that master keys rotate
/// without a restart. A file that has become wrong leaves the old keys in use, with an error on the
/// log.
class MasterKeyWatch {
 public:
  using OnKeys = std::function<void(sealing::MasterKeys)>;

  MasterKeyWatch(std::filesystem::path path, OnKeys on_keys, telemetry::Registry& registry,
                 std::chrono::milliseconds check_each = std::chrono::seconds{2});

  /// Reads the file and begins to watch it. Throws std::runtime_error when the file is wrong.
  void start();
  void stop();

 private:
  void check();

  const std::filesystem::path path_;
  const OnKeys on_keys_;
  telemetry::Counter failures_;
  std::string seen_;
  Periodic watch_;
};

}  // namespace hookswitch::ingress
