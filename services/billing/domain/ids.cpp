#include "domain/ids.hpp"

#include <string>

namespace hookswitch::billing {

Uuid derived_id(std::initializer_list<std::string_view> parts) {
  std::string name = "billing,";
  for (const auto part : parts) {
    name.append(std::to_string(part.size())).append(":").append(part).append(",");
  }
  return uuid_v5(hookswitch_namespace, name);
}

Uuid call_usage_id(const TenantId& tenant, const CallId& call) {
  return derived_id({"usage", tenant.str(), call.str(), "call"});
}

}  // namespace hookswitch::billing
