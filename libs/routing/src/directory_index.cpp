#include <hookswitch/routing/directory_index.hpp>

#include <algorithm>

namespace hookswitch::routing {

std::optional<TenantId> DirectoryIndex::owner_of_number(std::string_view e164,
                                                        TimePoint instant) const {
  const auto found = numbers.find(e164);
  if (found == numbers.end()) return std::nullopt;
  const TenantId* owner = nullptr;
  for (const Ownership& period : found->second) {
    const bool begun = !period.from || *period.from <= instant;
    const bool ended = period.until && *period.until <= instant;
    if (!begun || ended) continue;
    if (owner != nullptr && *owner != period.company) return std::nullopt;
    owner = &period.company;
  }
  return owner != nullptr ? std::optional(*owner) : std::nullopt;
}

std::optional<TenantId> DirectoryIndex::owner_of_agent(std::string_view agent_id) const {
  const auto found = agents.find(agent_id);
  return found != agents.end() ? std::optional(found->second) : std::nullopt;
}

std::optional<TenantId> DirectoryIndex::owner_of_event_type(std::int64_t id) const {
  const auto found = event_types.find(id);
  return found != event_types.end() ? std::optional(found->second) : std::nullopt;
}

std::optional<TenantId> DirectoryIndex::owner_of_organizer(std::int64_t id) const {
  const auto found = organizers.find(id);
  return found != organizers.end() ? std::optional(found->second) : std::nullopt;
}

bool DirectoryIndex::has_company(const TenantId& company) const {
  return companies.contains(company.str());
}

bool DirectoryIndex::may_speak_for(const WorkspaceId& workspace, const TenantId& company) const {
  const auto found = workspaces.find(workspace.str());
  return found != workspaces.end() &&
         std::ranges::find(found->second, company) != found->second.end();
}

std::size_t DirectoryIndex::size() const {
  return companies.size() + numbers.size() + agents.size() + event_types.size() +
         organizers.size() + workspaces.size();
}

}  // namespace hookswitch::routing
