// Ingress: takes signed webhooks over HTTP and acknowledges them once Kafka has them.
#include "composition.hpp"

#include <hookswitch/config/settings.hpp>

#include <cstdio>
#include <exception>

int main(int argc, char** argv) {
  using hookswitch::config::Settings;
  try {
    hookswitch::ingress::IngressSettings values;
    Settings settings("ingress", "Takes signed webhooks and puts them on the bus");
    hookswitch::ingress::declare(settings, values);
    switch (settings.read(argc, argv)) {
      case Settings::Outcome::exit_good:
        return 0;
      case Settings::Outcome::exit_wrong_use:
        return 2;
      case Settings::Outcome::run:
        return hookswitch::ingress::run_ingress(values);
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ingress: %s\n", error.what());
  }
  return 1;
}
