#include <hookswitch/routing/resolution.hpp>

#include <cstdlib>
#include <utility>

namespace hookswitch::routing {

std::string_view to_string(UnresolvedReason reason) {
  switch (reason) {
    case UnresolvedReason::unknown_to_number:
      return "unknown_to_number";
    case UnresolvedReason::unknown_from_number:
      return "unknown_from_number";
    case UnresolvedReason::unknown_agent:
      return "unknown_agent";
    case UnresolvedReason::unknown_direction:
      return "unknown_direction";
    case UnresolvedReason::unknown_event_type:
      return "unknown_event_type";
    case UnresolvedReason::unknown_organizer:
      return "unknown_organizer";
    case UnresolvedReason::unknown_company:
      return "unknown_company";
    case UnresolvedReason::nothing_to_resolve_by:
      return "nothing_to_resolve_by";
    case UnresolvedReason::number_and_agent_disagree:
      return "number_and_agent_disagree";
    case UnresolvedReason::event_type_and_organizer_disagree:
      return "event_type_and_organizer_disagree";
    case UnresolvedReason::workspace_may_not_speak_for_tenant:
      return "workspace_may_not_speak_for_tenant";
  }
  std::abort();
}

bool is_alarm(UnresolvedReason reason) {
  return reason == UnresolvedReason::unknown_to_number ||
         reason == UnresolvedReason::number_and_agent_disagree ||
         reason == UnresolvedReason::event_type_and_organizer_disagree ||
         reason == UnresolvedReason::workspace_may_not_speak_for_tenant;
}

Resolution as_spoken_by(const WorkspaceId& workspace, const TenantId& company,
                        const DirectoryIndex& directory) {
  if (!directory.has_company(company)) return Unresolved{UnresolvedReason::unknown_company};
  if (!directory.may_speak_for(workspace, company)) {
    return Unresolved{UnresolvedReason::workspace_may_not_speak_for_tenant};
  }
  return Resolved{company};
}

std::vector<std::string> waits_to_be_spoken_for(const WorkspaceId& workspace,
                                                const TenantId& company,
                                                std::vector<std::string> named_by,
                                                const DirectoryIndex& directory) {
  if (std::holds_alternative<Resolved>(as_spoken_by(workspace, company, directory))) return {};
  named_by.push_back("company/" + company.str());
  named_by.push_back("workspace/" + workspace.str());
  return named_by;
}

}  // namespace hookswitch::routing
