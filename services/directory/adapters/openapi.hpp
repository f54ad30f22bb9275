#pragma once
#include <string>

namespace hookswitch::directory {

/// services/directory/openapi.yaml, embedded when the service is built.
[[nodiscard]] const std::string& openapi();

}  // namespace hookswitch::directory
