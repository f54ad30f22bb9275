#include "domain/entities.hpp"

#include <algorithm>
#include <type_traits>

namespace hookswitch::directory {
namespace {

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

template <class Id>
std::string text_of(const Id& id) {
  if constexpr (std::is_integral_v<Id>) {
    return std::to_string(id);
  } else {
    return id;
  }
}

template <class Ids>
void refer(std::vector<Reference>& references, Kind kind, const Ids& ids, const std::string& list) {
  for (std::size_t i = 0; i < ids.size(); ++i) {
    references.push_back({{kind, text_of(ids[i])}, "/" + list + "/" + std::to_string(i)});
  }
}

}  // namespace

std::string_view to_string(Kind kind) {
  constexpr std::array<std::string_view, all_kinds.size()> names{
      "company", "branch",    "number",     "service",   "staff",
      "agent",   "organizer", "event_type", "workspace", "plan"};
  return names.at(static_cast<std::size_t>(kind));
}

std::string to_string(const EntityKey& key) {
  return std::string(to_string(key.kind)) + "/" + key.id;
}

EntityKey key_of(const Entity& entity) {
  const auto kind = static_cast<Kind>(entity.index());
  return std::visit(
      [kind](const auto& one) -> EntityKey {
        if constexpr (std::is_same_v<std::decay_t<decltype(one)>, PhoneNumber>) {
          return {kind, one.e164};
        } else {
          return {kind, text_of(one.id)};
        }
      },
      entity);
}

std::vector<TenantId> companies_of(const Entity& entity) {
  std::vector<TenantId> companies;
  std::visit(Overloaded{[&](const Company& one) { companies.emplace_back(one.id); },
                        [&](const PhoneNumber& one) {
                          for (const auto& period : one.ownerships) {
                            companies.push_back(period.company);
                          }
                        },
                        [&](const Workspace& one) {
                          for (const auto& id : one.company_ids) companies.emplace_back(id);
                        },
                        [&](const auto& one) { companies.emplace_back(one.company_id); }},
             entity);
  std::sort(companies.begin(), companies.end());
  companies.erase(std::unique(companies.begin(), companies.end()), companies.end());
  return companies;
}

std::vector<Reference> references_of(const Entity& entity) {
  std::vector<Reference> references;
  std::visit(Overloaded{[&](const Service& one) {
                          refer(references, Kind::event_type, one.event_type_ids, "event_type_ids");
                          refer(references, Kind::branch, one.branch_ids, "branch_ids");
                        },
                        [&](const StaffMember& one) {
                          refer(references, Kind::branch, one.branch_ids, "branch_ids");
                          refer(references, Kind::service, one.service_ids, "service_ids");
                          if (one.organizer_id) {
                            references.push_back(
                                {{Kind::organizer, text_of(*one.organizer_id)}, "/organizer_id"});
                          }
                        },
                        [&](const Agent& one) {
                          if (one.branch_id) {
                            references.push_back({{Kind::branch, *one.branch_id}, "/branch_id"});
                          }
                        },
                        [](const auto&) {}},
             entity);
  return references;
}

}  // namespace hookswitch::directory
