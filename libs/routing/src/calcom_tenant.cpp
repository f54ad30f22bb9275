#include <hookswitch/routing/calcom_tenant.hpp>

#include <utility>

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

std::vector<std::string> waits_for(const CalcomFacts& facts, const WorkspaceId& workspace,
                                   const DirectoryIndex& directory) {
  std::vector<std::string> named_by;
  std::optional<TenantId> owner;
  if (facts.event_type_id) {
    named_by.push_back("event_type/" + std::to_string(*facts.event_type_id));
    owner = directory.owner_of_event_type(*facts.event_type_id);
    // What is not there has no say in it yet.
    if (!owner) return named_by;
  }
  if (facts.organizer_id) {
    named_by.push_back("organizer/" + std::to_string(*facts.organizer_id));
    const auto by_organizer = directory.owner_of_organizer(*facts.organizer_id);
    if (owner && by_organizer && *owner != *by_organizer) return named_by;
    if (!owner) owner = by_organizer;
  }
  if (!owner) return named_by;
  return waits_to_be_spoken_for(workspace, *owner, std::move(named_by), directory);
}

}  // namespace hookswitch::routing
