#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <hookswitch/config/settings.hpp>
#include <hookswitch/core/fault_port.hpp>
#include <hookswitch/runtime/health.hpp>
#include <hookswitch/telemetry/metrics.hpp>

namespace hookswitch::runtime {

/// The settings that every service has.
struct ServiceSettings {
  std::string instance = "0";  ///< this replica's number, also its group.instance.id
  std::string log_level = "info";
  std::string admin_address = "127.0.0.1";
  std::int64_t admin_port = 0;
  std::string kafka;  ///< bootstrap servers, HOOKSWITCH_KAFKA
  std::string fault;  ///< fault injection builds only: "step:action[:nth]", see fault_from()
};
void declare(config::Settings& settings, ServiceSettings& values);

/// One thing that is started and stopped with the service.
struct Part {
  std::string name;
  std::function<void()> start;
  std::function<void()> stop;  ///< must return within a few seconds
};

/// Lets a part end the process from its own thread (a fatal consumer error): the ordered stop runs, then exit `code`. Thread safe.
class Shutdown {
 public:
  Shutdown();
  ~Shutdown();
  void request(int code, const std::string& why) const;
  struct Impl;
  [[nodiscard]] Impl& impl() const { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

/// Runs a service: opens the admin port (/healthz/live, /healthz/ready, /metrics) first, starts the parts in order, waits
/// for SIGTERM, SIGINT or Shutdown::request, stops the parts in reverse order, closes the admin port. Returns the exit code: 0 after
/// a signal, 1 when a part failed to start (named on the log).
int run(const std::string& service, const ServiceSettings& settings, telemetry::Registry& registry,
        Health& health, Shutdown& shutdown, std::vector<Part> parts);

/// The fault port that settings ask for: in a build with HOOKSWITCH_FAULT_INJECTION, `fault` is a comma-separated list of
/// "step:kill", "step:stop" (SIGSTOP) or "step:throw", each with an optional ":n" (at its n-th passing, 1 unless given); always
/// NoFaults in a release build, where a non-empty `fault` is refused (std::invalid_argument).
[[nodiscard]] std::unique_ptr<FaultPort> fault_from(const std::string& fault);

}  // namespace hookswitch::runtime
