#include "routes.hpp"

#include "adapters/openapi.hpp"

#include <catch2/catch.hpp>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <set>

using namespace hookswitch;
using namespace hookswitch::directory;

namespace {

using Operations = std::set<std::string>;  // "GET /v1/companies/{id}"

Operations operations_of_the_table() {
  telemetry::Registry registry;
  const UnresolvedProbe probe(registry);
  RequestWorkers workers(1, 1, {});  // never started
  const SystemClock clock;
  Operations found;
  for (const auto& route : routes({workers, {}, clock, {}, probe})) {
    found.insert(route.method + " " + route.pattern);
  }
  return found;
}

Operations operations_described() {
  constexpr std::array methods{"get", "put", "post", "delete", "patch", "head", "options", "trace"};
  Operations found;
  for (const auto& path : YAML::Load(openapi())["paths"]) {
    for (const auto& entry : path.second) {
      auto method = entry.first.as<std::string>();
      if (std::ranges::find(methods, method) == methods.end()) continue;
      std::ranges::transform(method, method.begin(),
                             [](unsigned char c) { return std::toupper(c); });
      found.insert(method + " " + path.first.as<std::string>());
    }
  }
  return found;
}

}  // namespace

// tests/system/isolation tries what is described: a route that is not would never be tried.
TEST_CASE("the table of routes and openapi.yaml have the same operations") {
  const auto described = operations_described();
  CHECK(described.contains("PUT /v1/companies/{id}"));
  CHECK(operations_of_the_table() == described);
}
