#pragma once
#include "periodic.hpp"
#include "workspace_keys.hpp"

#include <hookswitch/telemetry/metrics.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace hookswitch::ingress {

/// The provider keys of the workspaces file: read at the start and again when one of its files has
/// changed, so that keys rotate without a restart. A file that has become wrong leaves the old keys
/// in force, with an error on the log.
class Workspaces {
 public:
  using OnKeys = std::function<void(KeyRing)>;

  /// `on_keys` is given the keys at the start and whenever they have changed.
  Workspaces(std::filesystem::path path, OnKeys on_keys, telemetry::Registry& registry,
             std::chrono::milliseconds check_each = std::chrono::seconds{2});

  /// Reads the file and begins to watch it. Throws std::runtime_error when the file is wrong.
  void start();
  void stop();

 private:
  void check();

  const std::filesystem::path path_;
  const OnKeys on_keys_;
  telemetry::Counter reloads_;
  telemetry::Counter failures_;
  KeyRing keys_;
  std::vector<std::filesystem::path> files_;
  std::string seen_;
  Periodic watch_;
};

}  // namespace hookswitch::ingress
