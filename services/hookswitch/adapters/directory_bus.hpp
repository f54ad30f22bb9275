#pragma once
#include "../tenants/changes.hpp"
#include "../tenants/directory.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace hookswitch::cli {

/// The directory as it is on the bus now. Entities that cannot be read are named on stderr and left
/// out. Throws kafka::Unavailable.
[[nodiscard]] Directory read_directory(const std::string& brokers);

/// Writes what has changed, durably. Throws kafka::Unavailable when a record was not confirmed:
/// applying again is safe.
void write_changes(const std::string& brokers, const std::vector<Change>& changes);

/// Waits until each service whose admin port is given has applied the directory topic up to
/// `offset`. Returns who has not within `patience`, with why. A service that is ready without
/// telling a directory_offset has no copy of the directory.
[[nodiscard]] std::vector<std::string> await_directory(const std::vector<std::string>& admin_urls,
                                                       std::int64_t offset,
                                                       std::chrono::milliseconds patience);

}  // namespace hookswitch::cli
