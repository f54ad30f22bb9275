#include <hookswitch/routing/retell_tenant.hpp>

namespace hookswitch::routing {
namespace {

using OwnerOrReason = std::variant<TenantId, UnresolvedReason>;

OwnerOrReason owner_by_agent(const RetellFacts& facts, const DirectoryIndex& directory) {
  if (facts.agent_id.empty()) return UnresolvedReason::nothing_to_resolve_by;
  if (auto owner = directory.owner_of_agent(facts.agent_id)) return *std::move(owner);
  return UnresolvedReason::unknown_agent;
}

/// Our side of the call has the number that decides; the agent may only contradict it.
OwnerOrReason owner_by_number(const std::string& number, UnresolvedReason when_unknown,
                              const RetellFacts& facts, TimePoint received,
                              const DirectoryIndex& directory) {
  auto owner = directory.owner_of_number(number, facts.instant.value_or(received));
  if (!owner) return when_unknown;
  const auto of_agent = directory.owner_of_agent(facts.agent_id);
  if (of_agent && *of_agent != *owner) return UnresolvedReason::number_and_agent_disagree;
  return *std::move(owner);
}

OwnerOrReason owner_of_call(const RetellFacts& facts, TimePoint received,
                            const DirectoryIndex& directory) {
  const bool without_numbers = facts.from_number.empty() && facts.to_number.empty();
  if (facts.call_type == "web_call" || without_numbers) return owner_by_agent(facts, directory);
  if (facts.direction == "inbound") {
    return owner_by_number(facts.to_number, UnresolvedReason::unknown_to_number, facts, received,
                           directory);
  }
  if (facts.direction == "outbound") {
    return owner_by_number(facts.from_number, UnresolvedReason::unknown_from_number, facts,
                           received, directory);
  }
  return UnresolvedReason::unknown_direction;
}

OwnerOrReason owner_of(const RetellFacts& facts, TimePoint received,
                       const DirectoryIndex& directory) {
  switch (facts.topic) {
    case RetellTopic::call:
      return owner_of_call(facts, received, directory);
    case RetellTopic::inbound:
      return owner_by_number(facts.to_number, UnresolvedReason::unknown_to_number, facts, received,
                             directory);
    case RetellTopic::chat:
      return owner_by_agent(facts, directory);
    case RetellTopic::unknown:
      return UnresolvedReason::nothing_to_resolve_by;
  }
  return UnresolvedReason::nothing_to_resolve_by;
}

}  // namespace

Resolution resolve(const RetellFacts& facts, const WorkspaceId& workspace, TimePoint received,
                   const DirectoryIndex& directory) {
  const OwnerOrReason owner = owner_of(facts, received, directory);
  if (const auto* reason = std::get_if<UnresolvedReason>(&owner)) return Unresolved{*reason};
  return as_spoken_by(workspace, std::get<TenantId>(owner), directory);
}

}  // namespace hookswitch::routing
