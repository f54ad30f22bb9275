#pragma once
#include <hookswitch/config/settings.hpp>
#include <hookswitch/runtime/core_dumps.hpp>

#include <cstdio>
#include <exception>
#include <string>

namespace hookswitch::runtime {

/// What every service's main does: forbids core dumps, reads the settings into `values` (declared
/// by `declare`), then gives what `run` gives. 0 after --help and the like, 2 for wrong settings, 1
/// when something was thrown (said on stderr; the logging need not have begun).
template <class Values, class Declare, class Run>
int main_of(int argc, char** argv, const std::string& service, const std::string& purpose,
            Values values, const Declare& declare, const Run& run) {
  try {
    forbid_core_dumps();
    config::Settings settings(service, purpose);
    declare(settings, values);
    switch (settings.read(argc, argv)) {
      case config::Settings::Outcome::exit_good:
        return 0;
      case config::Settings::Outcome::exit_wrong_use:
        return 2;
      case config::Settings::Outcome::run:
        return run(values);
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", service.c_str(), error.what());
  }
  return 1;
}

}  // namespace hookswitch::runtime
