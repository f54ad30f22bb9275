#include "world.hpp"

#include <hookswitch/telemetry/log.hpp>

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdio>
#include <optional>
#include <string>

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

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"The consumer workers on a fake bus and a fake database, one seed a run"};
  std::optional<std::uint64_t> one;
  std::uint64_t first = 1;
  std::uint64_t count = 100'000;
  bool verbose = false;
  bool keep_going = false;
  app.add_option("--seed", one, "run this seed only");
  app.add_option("--first", first, "the first seed");
  app.add_option("--seeds", count, "how many seeds");
  app.add_flag("--verbose", verbose, "print the trace");
  app.add_flag("--keep-going", keep_going, "do not stop at the first violation");
  CLI11_PARSE(app, argc, argv);

  hookswitch::telemetry::start_logging("simulation", "0", hookswitch::telemetry::Level::error);
  hookswitch::telemetry::Registry registry;
  const hookswitch::messaging::MessagingProbe probe(registry);
  if (one) return holds(*one, probe, verbose, argv[0]) ? 0 : 1;

  const auto began = std::chrono::steady_clock::now();
  std::uint64_t broken = 0;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    if (holds(seed, probe, verbose, argv[0])) continue;
    ++broken;
    if (!keep_going) return 1;
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  std::printf("%llu seeds, %llu broken, %.1f s (%.0f seeds/s)\n",
              static_cast<unsigned long long>(count), static_cast<unsigned long long>(broken),
              took.count(), static_cast<double>(count) / took.count());
  return broken == 0 ? 0 : 1;
}
