#include "admin.hpp"
#include "process_metrics.hpp"
#include "shutdown.hpp"

#include <hookswitch/config/version.hpp>
#include <hookswitch/runtime/service.hpp>
#include <hookswitch/telemetry/log.hpp>

#include <signal.h>

#include <exception>
#include <optional>

namespace hookswitch::runtime {
namespace {

using telemetry::log_error;
using telemetry::log_info;

constexpr auto this_part = "service";  ///< run()'s own name in Health
constexpr std::chrono::milliseconds admin_patience{1000};

/// What `work` threw, as text; nothing when it went well.
std::optional<std::string> failure_of(const std::function<void()>& work) {
  try {
    if (work) work();
    return std::nullopt;
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "something that is no std::exception";
  }
}

/// Starts in order until one fails or there is a reason to stop; how many have been started.
struct Started {
  std::size_t count = 0;
  std::optional<StopReason> stop;
};
Started start_parts(const std::vector<Part>& parts, Shutdown::Impl& shutdown) {
  Started started;
  for (const auto& part : parts) {
    started.stop = shutdown.wait(0);
    if (started.stop) return started;
    if (const auto failure = failure_of(part.start)) {
      log_error("service.part_failed_to_start", {{"part", part.name}, {"error", *failure}});
      started.stop = StopReason{1, part.name + " failed to start"};
      return started;
    }
    ++started.count;
  }
  return started;
}

StopReason wait_for_stop(Shutdown::Impl& shutdown) {
  while (true) {
    if (const auto reason = shutdown.wait(-1)) return *reason;
  }
}

/// Stops the first `count` in reverse order; false when one of them failed.
bool stop_parts(const std::vector<Part>& parts, std::size_t count) {
  bool good = true;
  while (count > 0) {
    const auto& part = parts[--count];
    if (const auto failure = failure_of(part.stop)) {
      log_error("service.part_failed_to_stop", {{"part", part.name}, {"error", *failure}});
      good = false;
    }
  }
  return good;
}

std::unique_ptr<http::Server> open_admin_port(const ServiceSettings& settings, const Health& health,
                                              telemetry::Registry& registry) {
  http::ServerOptions options;
  options.address = settings.admin_address;
  options.port = static_cast<std::uint16_t>(settings.admin_port);
  auto server = std::make_unique<http::Server>(options, admin_routes(health, registry));
  server->start();
  return server;
}

}  // namespace

void declare(config::Settings& settings, ServiceSettings& values) {
  settings.text("instance", values.instance, "This replica's number, also its group.instance.id");
  settings.choice("log-level", values.log_level, {"debug", "info", "warning", "error"},
                  "The least level that is logged");
  settings.text("admin-address", values.admin_address, "Where the admin port listens");
  settings.integer("admin-port", values.admin_port, 0, 65'535,
                   "Port of /healthz/live, /healthz/ready and /metrics; 0: any free one");
  settings.required_text("kafka", values.kafka, "Kafka's bootstrap servers, host:port,host:port");
  settings.text("fault", values.fault, "For tests: step:kill|stop|throw[:n], comma-separated");
}

int run(const std::string& service, const ServiceSettings& settings, telemetry::Registry& registry,
        Health& health, Shutdown& shutdown, const std::vector<Part>& parts) {
  ::signal(SIGPIPE, SIG_IGN);
  // NOLINTNEXTLINE(bugprone-unchecked-optional-access): declare() lets nothing but levels through
  const auto level = telemetry::level_from(settings.log_level).value();
  telemetry::start_logging(service, settings.instance, level);
  health.set_missing(this_part, "starting");
  add_process_metrics(service, registry);
  std::unique_ptr<http::Server> admin;
  if (const auto failure =
          failure_of([&] { admin = open_admin_port(settings, health, registry); })) {
    log_error("service.part_failed_to_start", {{"part", "admin port"}, {"error", *failure}});
    return 1;
  }
  log_info("service.starting", {{"version", config::version()}, {"admin_port", admin->port()}});
  const auto [count, stopped_early] = start_parts(parts, shutdown.impl());
  if (!stopped_early) {
    health.set_ready(this_part);
    log_info("service.started", {{"parts", parts.size()}});
  }
  const StopReason stop = stopped_early ? *stopped_early : wait_for_stop(shutdown.impl());
  health.set_missing(this_part, "stopping");
  log_info("service.stopping", {{"why", stop.why}});
  const bool stopped_well = stop_parts(parts, count);
  admin->stop(admin_patience);
  const int code = stop.code == 0 && !stopped_well ? 1 : stop.code;
  log_info("service.stopped", {{"exit_code", code}});
  return code;
}

}  // namespace hookswitch::runtime
