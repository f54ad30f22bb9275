#include <hookswitch/routing/retell_tenant.hpp>

#include <utility>

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

/// Which of the facts names the company.
enum class Names { to_number, from_number, agent, unknown_direction, nothing };

Names what_names(const RetellFacts& facts) {
  if (facts.topic == RetellTopic::inbound) return Names::to_number;
  if (facts.topic == RetellTopic::chat) return Names::agent;
  if (facts.topic == RetellTopic::unknown) return Names::nothing;
  const bool without_numbers = facts.from_number.empty() && facts.to_number.empty();
  if (facts.call_type == "web_call" || without_numbers) return Names::agent;
  if (facts.direction == "inbound") return Names::to_number;
  if (facts.direction == "outbound") return Names::from_number;
  return Names::unknown_direction;
}

OwnerOrReason owner_of(const RetellFacts& facts, TimePoint received,
                       const DirectoryIndex& directory) {
  switch (what_names(facts)) {
    case Names::to_number:
      return owner_by_number(facts.to_number, UnresolvedReason::unknown_to_number, facts, received,
                             directory);
    case Names::from_number:
      return owner_by_number(facts.from_number, UnresolvedReason::unknown_from_number, facts,
                             received, directory);
    case Names::agent:
      return owner_by_agent(facts, directory);
    case Names::unknown_direction:
      return UnresolvedReason::unknown_direction;
    case Names::nothing:
      return UnresolvedReason::nothing_to_resolve_by;
  }
  return UnresolvedReason::nothing_to_resolve_by;
}

/// What owner_of() has asked the directory for.
std::vector<std::string> asked_for(const RetellFacts& facts, const OwnerOrReason& owner) {
  const auto names = what_names(facts);
  const bool by_number = names == Names::to_number || names == Names::from_number;
  const auto* reason = std::get_if<UnresolvedReason>(&owner);
  const bool unknown = reason != nullptr && *reason != UnresolvedReason::number_and_agent_disagree;
  std::vector<std::string> keys;
  if (by_number) {
    const auto& number = names == Names::to_number ? facts.to_number : facts.from_number;
    if (!number.empty()) keys.push_back("number/" + number);
  }
  // Beside an unknown number the agent has no say.
  const bool agent_has_a_say = names == Names::agent || (by_number && !unknown);
  if (agent_has_a_say && !facts.agent_id.empty()) keys.push_back("agent/" + facts.agent_id);
  return keys;
}

}  // namespace

Resolution resolve(const RetellFacts& facts, const WorkspaceId& workspace, TimePoint received,
                   const DirectoryIndex& directory) {
  const OwnerOrReason owner = owner_of(facts, received, directory);
  if (const auto* reason = std::get_if<UnresolvedReason>(&owner)) return Unresolved{*reason};
  return as_spoken_by(workspace, std::get<TenantId>(owner), directory);
}

std::vector<std::string> waits_for(const RetellFacts& facts, const WorkspaceId& workspace,
                                   TimePoint received, const DirectoryIndex& directory) {
  const OwnerOrReason owner = owner_of(facts, received, directory);
  auto asked = asked_for(facts, owner);
  const auto* company = std::get_if<TenantId>(&owner);
  if (company == nullptr) return asked;
  return waits_to_be_spoken_for(workspace, *company, std::move(asked), directory);
}

}  // namespace hookswitch::routing
