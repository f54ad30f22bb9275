#pragma once
#include "adapters/access.hpp"
#include "adapters/master_key_source.hpp"
#include "adapters/request_workers.hpp"
#include "adapters/unresolved_probe.hpp"

#include <hookswitch/core/time.hpp>
#include <hookswitch/http/server.hpp>

#include <string>
#include <vector>

namespace hookswitch::directory {

/// What the routes act on; must outlive the server.
struct RouteParts {
  RequestWorkers& workers;
  Authorise authorise;
  const Clock& clock;
  MasterKeySource master_keys;
  const UnresolvedProbe& unresolved;
};

/// Everything that can enter this service over HTTP.
[[nodiscard]] std::vector<http::Route> routes(const RouteParts& parts);

}  // namespace hookswitch::directory
