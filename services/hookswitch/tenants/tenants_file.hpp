#pragma once
#include "declaration.hpp"

#include <string>

namespace hookswitch::cli {

struct TenantsFile {
  TenantsDeclaration declaration;
  Complaints complaints;  ///< everything that is wrong with the text; empty: `declaration` holds
};

/// Reads a tenants file (YAML; deploy/demo/tenants.yaml is an example): every value by its rule,
/// unknown and repeated keys refused, no company or workspace twice. The only place that knows
/// yaml-cpp. Never throws for what the text says.
[[nodiscard]] TenantsFile read_tenants(const std::string& yaml);

}  // namespace hookswitch::cli
