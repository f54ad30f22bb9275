#include "application/use_cases.hpp"

namespace hookswitch::directory {

Whose resolve_number(DirectoryStore& store, const std::string& e164, TimePoint instant,
                     const std::optional<std::string>& agent_id) {
  constexpr std::size_t branches_max = 10'000;
  const auto number = store.find({Kind::number, e164});
  if (!number) return {};
  Whose whose{owner_at(std::get<PhoneNumber>(number->entity).ownerships, instant), {}};
  if (!whose.company) return whose;
  const auto agent = agent_id ? store.find({Kind::agent, *agent_id}) : std::nullopt;
  if (agent) {
    const auto& bound = std::get<Agent>(agent->entity);
    if (bound.company_id != whose.company->str()) return {};
    if (bound.branch_id) return {whose.company, {*bound.branch_id}};
  }
  for (const auto& branch : store.list(Kind::branch, whose.company, "", branches_max)) {
    whose.branch_ids.push_back(key_of(branch.entity).id);
  }
  return whose;
}

}  // namespace hookswitch::directory
