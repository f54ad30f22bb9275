// Call-processing: what a call's webhooks say, merged in any order, told on the bus as events.
#include "composition.hpp"

#include <hookswitch/config/settings.hpp>

#include <cstdio>
#include <exception>

int main(int argc, char** argv) {
  using hookswitch::config::Settings;
  try {
    hookswitch::call_processing::CallProcessingSettings values;
    Settings settings("call-processing", "Merges a call's webhooks and says what happened");
    hookswitch::call_processing::declare(settings, values);
    switch (settings.read(argc, argv)) {
      case Settings::Outcome::exit_good:
        return 0;
      case Settings::Outcome::exit_wrong_use:
        return 2;
      case Settings::Outcome::run:
        if (values.postgres_url.empty()) {
          std::fprintf(stderr, "call-processing: HOOKSWITCH_POSTGRES_URL must be given\n");
          return 2;
        }
        return hookswitch::call_processing::run_call_processing(values);
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "call-processing: %s\n", error.what());
  }
  return 1;
}
