#pragma once
#include <hookswitch/config/settings.hpp>
#include <hookswitch/core/fault_port.hpp>
#include <hookswitch/runtime/health.hpp>
#include <hookswitch/telemetry/metrics.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace hookswitch::runtime {

/// The settings that every service has.
struct ServiceSettings {
  std::string instance = "0";  ///< this replica's number, also its group.instance.id
  std::string log_level = "info";
  std::string admin_address = "127.0.0.1";
  std::int64_t admin_port = 0;  ///< 0: any free one, said on the log
  std::string kafka;            ///< bootstrap servers, HOOKSWITCH_KAFKA
  std::string fault;  ///< fault injection builds only: "step:action[:nth]", see fault_from()
};
/// Declares them; set the defaults in `values` first. `values` must outlive `settings`.
void declare(config::Settings& settings, ServiceSettings& values);

/// One thing that is started and stopped with the service.
struct Part {
  std::string name;
  std::function<void()> start;
  std::function<void()> stop;  ///< must return within a few seconds
};

/// How a service comes to its end: by SIGTERM, SIGINT, or a part that asks for it from its own
/// thread (a fatal consumer error). Make it first thing in main: its constructor blocks SIGTERM and
/// SIGINT for the calling thread, and only threads made after that inherit it (one that does not
/// would let a signal end the process in disorder). One per process.
class Shutdown {
 public:
  /// Throws std::system_error when the kernel has no file descriptor left.
  Shutdown();
  ~Shutdown();
  Shutdown(const Shutdown&) = delete;
  Shutdown& operator=(const Shutdown&) = delete;
  /// The ordered stop runs, then run() returns `code`. The first request counts. `why` goes on the
  /// log. Thread safe.
  void request(int code, const std::string& why) const;
  struct Impl;
  [[nodiscard]] Impl& impl() const { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

/// Runs a service: starts logging, ignores SIGPIPE, opens the admin port (/healthz/live,
/// /healthz/ready, /metrics) first, starts the parts in order, waits for SIGTERM, SIGINT or
/// Shutdown::request, stops the parts in reverse order, closes the admin port. Not ready until
/// every part has started, nor from the beginning of the stop. A signal during the start stops what
/// has been started; a second one while stopping changes nothing. Returns the exit code: 0 after a
/// signal, Shutdown::request's code, or 1 when the admin port could not be bound or a part failed
/// to start or to stop (named on the log). To be called in main's thread; parts must start their
/// threads in start() or at least after `shutdown` was made.
int run(const std::string& service, const ServiceSettings& settings, telemetry::Registry& registry,
        Health& health, Shutdown& shutdown, const std::vector<Part>& parts);

/// The fault port that settings ask for: in a build with HOOKSWITCH_FAULT_INJECTION, `fault` is a
/// comma-separated list of "step:kill" (SIGKILL), "step:stop" (SIGSTOP) or "step:throw"
/// (std::runtime_error), each with an optional ":n" (at its n-th passing only, 1 unless given);
/// otherwise NoFaults. Throws std::invalid_argument, naming what is wrong, and for a non-empty
/// `fault` in a release build.
[[nodiscard]] std::unique_ptr<FaultPort> fault_from(const std::string& fault);

}  // namespace hookswitch::runtime
