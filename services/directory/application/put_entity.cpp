#include "application/use_cases.hpp"

#include <algorithm>
#include <type_traits>

namespace hookswitch::directory {
namespace {

using Why = Refusal::Why;

void check_companies(DirectoryStore& store, const Entity& entity, Complaints& complaints) {
  const auto need = [&](const std::string& company, const std::string& pointer) {
    if (store.find({Kind::company, company})) return;
    complaints.push_back({pointer, "there is no company " + company});
  };
  std::visit(
      [&](const auto& one) {
        using One = std::decay_t<decltype(one)>;
        if constexpr (std::is_same_v<One, PhoneNumber>) {
          for (std::size_t i = 0; i < one.ownerships.size(); ++i) {
            need(one.ownerships[i].company.str(),
                 "/ownerships/" + std::to_string(i) + "/company_id");
          }
        } else if constexpr (std::is_same_v<One, Workspace>) {
          for (std::size_t i = 0; i < one.company_ids.size(); ++i) {
            need(one.company_ids[i], "/company_ids/" + std::to_string(i));
          }
        } else if constexpr (!std::is_same_v<One, Company>) {
          need(one.company_id, "/company_id");
        }
      },
      entity);
}

void check_references(DirectoryStore& store, const Entity& entity, Complaints& complaints) {
  for (const auto& reference : references_of(entity)) {
    const auto target = store.find(reference.target);
    if (target && companies_of(target->entity) == companies_of(entity)) continue;
    complaints.push_back(
        {reference.pointer, "there is no " + to_string(reference.target) + " of this company"});
  }
}

/// What the directory says now against it.
std::optional<Refusal> conflict(DirectoryStore& store, const Entity& entity,
                                const std::optional<Stored>& current, TimePoint now) {
  const auto key = key_of(entity);
  if (current && !is_shared(key.kind) && companies_of(current->entity) != companies_of(entity)) {
    const auto owner = companies_of(current->entity).front().str();
    return Refusal{Why::conflict,
                   to_string(key) + " belongs to " + owner + "; delete it there first",
                   {{"/company_id", "belongs to " + owner}}};
  }
  const auto* plan = std::get_if<PricePlan>(&entity);
  if (plan == nullptr) return std::nullopt;
  if (current) {
    auto complaints = complaints_about_change(std::get<PricePlan>(current->entity), *plan, now);
    if (complaints.empty()) return std::nullopt;
    return Refusal{Why::conflict, "Prices that are in force stay as they are.",
                   std::move(complaints)};
  }
  const auto others = store.list(Kind::plan, TenantId(plan->company_id), "", 1);
  if (others.empty()) return std::nullopt;
  return Refusal{Why::conflict,
                 plan->company_id + " pays by " + to_string(key_of(others.front().entity)) +
                     " already; add a version to it",
                 {}};
}

}  // namespace

bool Precondition::holds(const std::optional<Stored>& current) const {
  if (must_not_exist && current) return false;
  if ((must_exist || versions) && !current) return false;
  return !versions ||
         std::find(versions->begin(), versions->end(), current->version) != versions->end();
}

Outcome<Put> put_entity(DirectoryStore& store, Entity entity, const Precondition& precondition,
                        TimePoint now) {
  entity = normalised(std::move(entity));
  auto complaints = complaints_about(entity);
  if (!complaints.empty()) return Refusal{Why::invalid, "", std::move(complaints)};
  const auto current = store.find(key_of(entity));
  if (!precondition.holds(current)) return Refusal{Why::precondition_failed, "", {}};
  check_companies(store, entity, complaints);
  check_references(store, entity, complaints);
  if (!complaints.empty()) return Refusal{Why::invalid, "", std::move(complaints)};
  if (auto refusal = conflict(store, entity, current, now)) return *std::move(refusal);
  if (current && current->entity == entity) return Put{Put::What::unchanged, *current};
  const auto version = store.save(entity);
  return Put{current ? Put::What::changed : Put::What::created, {std::move(entity), version}};
}

}  // namespace hookswitch::directory
