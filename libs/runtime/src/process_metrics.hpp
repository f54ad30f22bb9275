#pragma once
#include <hookswitch/telemetry/metrics.hpp>

#include <string>

namespace hookswitch::runtime {

/// hookswitch_build_info and the process_… metrics that Prometheus' own clients have: start time,
/// resident memory, CPU time, open file descriptors, threads.
void add_process_metrics(const std::string& service, telemetry::Registry& registry);

}  // namespace hookswitch::runtime
