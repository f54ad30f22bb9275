#include <hookswitch/routing/calcom_tenant.hpp>

namespace hookswitch::routing {

Resolution resolve(const CalcomFacts& facts, const WorkspaceId& workspace,
                   const DirectoryIndex& directory) {
  if (!facts.event_type_id && !facts.organizer_id) return Tenantless{};
  const auto by_organizer =
      facts.organizer_id ? directory.owner_of_organizer(*facts.organizer_id) : std::nullopt;
  if (!facts.event_type_id) {
    if (!by_organizer) return Unresolved{UnresolvedReason::unknown_organizer};
    return as_spoken_by(workspace, *by_organizer, directory);
  }
  const auto by_event_type = directory.owner_of_event_type(*facts.event_type_id);
  // An event type that the directory lacks is not guessed from the organizer, who may work for two
  // companies.
  if (!by_event_type) return Unresolved{UnresolvedReason::unknown_event_type};
  if (by_organizer && *by_organizer != *by_event_type) {
    return Unresolved{UnresolvedReason::event_type_and_organizer_disagree};
  }
  return as_spoken_by(workspace, *by_event_type, directory);
}

}  // namespace hookswitch::routing
