#pragma once
#include "../tenants/directory.hpp"

#include <string>

namespace hookswitch::cli {

/// The directory as it is on the bus now, where every service reads it. Entities that cannot be
/// read are named on stderr and left out. Throws kafka::Unavailable.
[[nodiscard]] Directory read_directory_topic(const std::string& brokers);

}  // namespace hookswitch::cli
