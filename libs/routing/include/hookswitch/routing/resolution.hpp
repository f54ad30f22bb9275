#pragma once
#include <hookswitch/core/strong_id.hpp>
#include <hookswitch/routing/directory_index.hpp>

#include <array>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace hookswitch::routing {

/// Why nobody can say whose a webhook is. It is parked, not lost (design.md §5 rule 2).
enum class UnresolvedReason {
  unknown_to_number,
  unknown_from_number,
  unknown_agent,
  unknown_direction,
  unknown_event_type,
  unknown_organizer,
  unknown_company,
  nothing_to_resolve_by,
  number_and_agent_disagree,
  event_type_and_organizer_disagree,
  workspace_may_not_speak_for_tenant,
};
inline constexpr std::array all_unresolved_reasons{
    UnresolvedReason::unknown_to_number,
    UnresolvedReason::unknown_from_number,
    UnresolvedReason::unknown_agent,
    UnresolvedReason::unknown_direction,
    UnresolvedReason::unknown_event_type,
    UnresolvedReason::unknown_organizer,
    UnresolvedReason::unknown_company,
    UnresolvedReason::nothing_to_resolve_by,
    UnresolvedReason::number_and_agent_disagree,
    UnresolvedReason::event_type_and_organizer_disagree,
    UnresolvedReason::workspace_may_not_speak_for_tenant,
};
/// The enumerator's own name: the value of the header `unresolved_reason` and of the metric's
/// label.
[[nodiscard]] std::string_view to_string(UnresolvedReason reason);
/// True when a person should look: a caller has reached a number of nobody's, or the directory
/// contradicts the webhook.
[[nodiscard]] bool is_alarm(UnresolvedReason reason);

struct Resolved {
  TenantId tenant;
  friend bool operator==(const Resolved&, const Resolved&) = default;
};
/// Carries nothing that names a tenant and need not (some Cal.com triggers): booking finds it by
/// uid.
struct Tenantless {
  friend bool operator==(const Tenantless&, const Tenantless&) = default;
};
struct Unresolved {
  UnresolvedReason reason;
  friend bool operator==(const Unresolved&, const Unresolved&) = default;
};
using Resolution = std::variant<Resolved, Tenantless, Unresolved>;

/// The last two rules, the same for every provider: the company exists, and the workspace may speak
/// for it. Pure.
[[nodiscard]] Resolution as_spoken_by(const WorkspaceId& workspace, const TenantId& company,
                                      const DirectoryIndex& directory);

/// What waits_for() gives when the facts have named a company: nothing when it is Resolved, else
/// the company, the workspace and `named_by`, the entities that named it. Pure.
[[nodiscard]] std::vector<std::string> waits_to_be_spoken_for(const WorkspaceId& workspace,
                                                              const TenantId& company,
                                                              std::vector<std::string> named_by,
                                                              const DirectoryIndex& directory);

}  // namespace hookswitch::routing
