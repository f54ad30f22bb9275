#pragma once
#include <hookswitch/core/strong_id.hpp>
#include <hookswitch/routing/directory_index.hpp>
#include <hookswitch/routing/resolution.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hookswitch::routing {

/// What routing needs of a Cal.com webhook (contracts §3.3). Metadata is not among it: it never
/// decides a tenant.
struct CalcomFacts {
  std::string trigger;
  std::string uid;  ///< of the booking; empty for triggers without one
  std::optional<std::int64_t> event_type_id;
  std::optional<std::int64_t> organizer_id;
};

/// Whose webhook it is: the event type decides, then the organizer; with neither it is Tenantless.
/// Pure.
[[nodiscard]] Resolution resolve(const CalcomFacts& facts, const WorkspaceId& workspace,
                                 const DirectoryIndex& directory);

/// The entities of which one has to change before resolve() gives another answer, by their keys on
/// the directory topic ("event_type/2204518"), each once. None when it is not Unresolved. Pure.
[[nodiscard]] std::vector<std::string> waits_for(const CalcomFacts& facts,
                                                 const WorkspaceId& workspace,
                                                 const DirectoryIndex& directory);

}  // namespace hookswitch::routing
