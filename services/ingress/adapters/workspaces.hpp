#pragma once
#include "periodic.hpp"
#include "snapshot.hpp"
#include "workspace_keys.hpp"

#include <hookswitch/telemetry/metrics.hpp>

#include <chrono>
#include <filesystem>
#include <string>

namespace hookswitch::ingress {

/// The provider keys in force: read at the start and again when one of their files has changed, so
/// that keys rotate without a restart. A file that has become wrong leaves the old keys in force,
/// with an error on the log.
class Workspaces {
 public:
  Workspaces(std::filesystem::path path, telemetry::Registry& registry,
             std::chrono::milliseconds check_each = std::chrono::seconds{2});

  /// Reads the file and begins to watch it. Throws std::runtime_error when the file is wrong.
  void start();
  void stop();
  /// Never empty after start(). Thread safe.
  [[nodiscard]] const Snapshot<KeyRing>& keys() const { return keys_; }

 private:
  void check();
  /// Changes whenever one of the files does.
  [[nodiscard]] std::string fingerprint() const;

  const std::filesystem::path path_;
  telemetry::Counter reloads_;
  telemetry::Counter failures_;
  Snapshot<KeyRing> keys_;
  std::vector<std::filesystem::path> files_;
  std::string seen_;
  Periodic watch_;
};

}  // namespace hookswitch::ingress
