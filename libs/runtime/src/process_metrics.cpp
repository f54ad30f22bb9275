#include "process_metrics.hpp"

#include <hookswitch/config/version.hpp>

#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace hookswitch::runtime {
namespace {

double resident_bytes() {
  std::ifstream pages("/proc/self/statm");
  double total = 0;
  double resident = 0;
  pages >> total >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double entries(const char* folder) {
  std::error_code gone;
  const std::filesystem::directory_iterator first(folder, gone);
  return static_cast<double>(std::distance(begin(first), end(first)));
}

}  // namespace

void add_process_metrics(const std::string& service, telemetry::Registry& registry) {
  registry
      .gauge("hookswitch_build_info", "Always 1; the labels say what was built",
             {{"service", service}, {"version", std::string(config::version())}})
      .set(1);
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  registry.gauge("process_start_time_seconds", "When the process started, seconds since the epoch")
      .set(std::chrono::duration<double>(now).count());
  const auto memory =
      registry.gauge("process_resident_memory_bytes", "Memory in use, resident set size");
  const auto descriptors = registry.gauge("process_open_fds", "Open file descriptors");
  const auto threads = registry.gauge("process_threads", "Threads");
  const auto cpu = registry.counter("process_cpu_seconds_total", "User and system CPU time");
  registry.before_scrape([memory, descriptors, threads, cpu] {
    memory.set(resident_bytes());
    descriptors.set(entries("/proc/self/fd"));
    threads.set(entries("/proc/self/task"));
    cpu.add(cpu_seconds() - cpu.value());
  });
}

}  // namespace hookswitch::runtime
