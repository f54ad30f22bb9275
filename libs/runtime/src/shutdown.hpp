#pragma once
#include <hookswitch/runtime/service.hpp>

#include <mutex>
#include <optional>
#include <string>

namespace hookswitch::runtime {

/// Why the service is to stop.
struct StopReason {
  int code = 0;
  std::string why;
};

/// A signalfd for SIGTERM and SIGINT and an eventfd for requests.
struct Shutdown::Impl {
  int signals = -1;
  int requests = -1;
  mutable std::mutex mutex;
  std::optional<StopReason> request;

  Impl();
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  /// Waits until there is a reason to stop (at most `timeout_ms`, −1: for ever).
  std::optional<StopReason> wait(int timeout_ms);
};

}  // namespace hookswitch::runtime
