#include "world.hpp"

#include <hookswitch/telemetry/log.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace {

/// True when the promises hold.
bool holds(std::uint64_t seed, const hookswitch::messaging::MessagingProbe& probe, bool verbose,
           const std::string& program) {
  try {
    hookswitch::simulation::World(seed, probe, verbose).run();
    return true;
  } catch (const hookswitch::simulation::Violation& violation) {
    std::printf("seed %llu: %s\n", static_cast<unsigned long long>(seed), violation.what.c_str());
  } catch (const std::exception& error) {
    std::printf("seed %llu: %s\n", static_cast<unsigned long long>(seed), error.what());
  }
  std::printf("repeat it: ./dev test simulation --seed %llu   (%s --seed %llu --verbose)\n",
              static_cast<unsigned long long>(seed), program.c_str(),
              static_cast<unsigned long long>(seed));
  return false;
}

const hookswitch::messaging::MessagingProbe& probe_of_this_thread() {
  thread_local hookswitch::telemetry::Registry registry;
  thread_local const hookswitch::messaging::MessagingProbe probe(registry);
  return probe;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"The consumer workers on a fake bus and a fake database, one seed a run"};
  std::optional<std::uint64_t> one;
  std::uint64_t first = 1;
  std::uint64_t count = 100'000;
  bool verbose = false;
  bool keep_going = false;
  unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
  app.add_option("--seed", one, "run this seed only");
  app.add_option("--first", first, "the first seed");
  app.add_option("--seeds", count, "how many seeds");
  app.add_option("--jobs", jobs, "threads, each with seeds of its own")->check(CLI::PositiveNumber);
  app.add_flag("--verbose", verbose, "print the trace");
  app.add_flag("--keep-going", keep_going, "do not stop at the first violation");
  CLI11_PARSE(app, argc, argv);

  hookswitch::telemetry::start_logging("simulation", "0", hookswitch::telemetry::Level::error);
  if (one) return holds(*one, probe_of_this_thread(), verbose, argv[0]) ? 0 : 1;

  const auto began = std::chrono::steady_clock::now();
  std::atomic<std::uint64_t> next{first};
  std::atomic<std::uint64_t> broken{0};
  {
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < jobs; ++i) {
      threads.emplace_back([&] {
        for (auto seed = next++; seed < first + count; seed = next++) {
          if (holds(seed, probe_of_this_thread(), verbose, argv[0])) continue;
          ++broken;
          if (!keep_going) next = first + count;
        }
      });
    }
  }
  if (broken > 0 && !keep_going) return 1;
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  const double cpu_s = static_cast<double>(std::clock()) / CLOCKS_PER_SEC;  // of all threads
  std::printf("%llu seeds, %llu broken, %.1f s (%.0f seeds/s, %.0f a second and core)\n",
              static_cast<unsigned long long>(count), static_cast<unsigned long long>(broken),
              took.count(), static_cast<double>(count) / took.count(),
              static_cast<double>(count) / cpu_s);
  return broken == 0 ? 0 : 1;
}
