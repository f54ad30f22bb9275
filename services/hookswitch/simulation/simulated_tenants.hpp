#pragma once
#include "../tenants/directory.hpp"
#include "simulated_call.hpp"

#include <hookswitch/core/result.hpp>
#include <hookswitch/core/time.hpp>

namespace hookswitch::cli {

/// Whom calls are played for. `wanted`: company ids, or ID=NUMBER[/AGENT] for one whose number and
/// agent are not looked up; empty: every company of the workspace that has a number on that day. A
/// Rejection says what is not in the directory. Pure.
[[nodiscard]] Result<std::vector<SimulatedTenant>> choose_tenants(
    const Directory& directory, const std::string& workspace, TimePoint day,
    const std::vector<std::string>& wanted);

}  // namespace hookswitch::cli
