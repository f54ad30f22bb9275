#include "changes.hpp"

#include "declared_entities.hpp"
#include "ownership.hpp"

#include <algorithm>
#include <set>

namespace hookswitch::cli {
namespace {

template <class Entity>
using Entities = std::map<std::string, Entity, std::less<>>;

/// Deterministic: none of these messages has a map field.
template <class Entity>
std::string bytes_of(const Entity& entity) {
  return entity.SerializeAsString();
}

class Comparison {
 public:
  Comparison(const TenantsDeclaration& declared, const Directory& current, Complaints& complaints)
      : declared_(declared), current_(current), complaints_(complaints) {}

  std::vector<Change> run() {
    for (std::size_t index = 0; index < declared_.companies.size(); ++index) {
      add_company(declared_.companies[index], "companies[" + std::to_string(index) + "]");
    }
    for (const auto& [e164, claims] : claims_) {
      const auto known = current_.numbers.find(e164);
      const auto before = known == current_.numbers.end() ? schema::PhoneNumber() : known->second;
      add("number/", e164, claimed(before, claims, complaints_), current_.numbers);
    }
    for (std::size_t index = 0; index < declared_.workspaces.size(); ++index) {
      add_workspace(declared_.workspaces[index], "workspaces[" + std::to_string(index) + "]");
    }
    return std::move(changes_);
  }

 private:
  template <class Entity>
  void add(const std::string& prefix, const std::string& id, const Entity& entity,
           const Entities<Entity>& before) {
    Change change;
    change.key = prefix + id;
    change.type = entity.GetTypeName();
    change.value = bytes_of(entity);
    const auto known = before.find(id);
    if (known != before.end()) change.before = bytes_of(known->second);
    change.kind = known == before.end()                     ? Change::Kind::created
                  : bytes_of(known->second) == change.value ? Change::Kind::unchanged
                                                            : Change::Kind::changed;
    changes_.push_back(std::move(change));
  }

  void add_company(const CompanyDeclaration& company, const std::string& path) {
    schema::Company entity;
    entity.set_id(company.id);
    entity.set_name(company.name);
    entity.set_time_zone(company.time_zone);
    add("company/", company.id, entity, current_.companies);
    for (std::size_t index = 0; index < company.numbers.size(); ++index) {
      const auto& number = company.numbers[index];
      claims_[number.e164].push_back(
          {company.id, number, path + ".numbers[" + std::to_string(index) + "]"});
    }
    add_owned("agent/", company.agents, current_.agents, company.id, path + ".agents");
    add_owned("event_type/", company.event_types, current_.event_types, company.id,
              path + ".calcom.event_types");
    add_owned("organizer/", company.organizers, current_.organizers, company.id,
              path + ".calcom.organizers");
    add_places_and_people(company, path);
    if (company.plan) add_plan(company, *company.plan, path + ".plan");
  }

  void add_places_and_people(const CompanyDeclaration& company, const std::string& path) {
    for (std::size_t i = 0; i < company.branches.size(); ++i) {
      const auto& branch = company.branches[i];
      add_one("branch/", branch.id, entity_of(branch, company), current_.branches,
              path + ".branches[" + std::to_string(i) + "]: ");
    }
    for (std::size_t i = 0; i < company.services.size(); ++i) {
      const auto& service = company.services[i];
      add_one("service/", service.id, entity_of(service, company), current_.services,
              path + ".services[" + std::to_string(i) + "]: ");
    }
    for (std::size_t i = 0; i < company.staff.size(); ++i) {
      const auto& staff = company.staff[i];
      add_one("staff/", staff.id, entity_of(staff, company), current_.staff,
              path + ".staff[" + std::to_string(i) + "]: ");
    }
  }

  static const std::string& text_of(const std::string& id) { return id; }
  static std::string text_of(std::int64_t id) { return std::to_string(id); }

  /// Agents, event types, organizers: each belongs to one company.
  template <class Id, class Entity>
  void add_owned(const std::string& prefix, const std::vector<Id>& ids,
                 const Entities<Entity>& before, const std::string& company,
                 const std::string& path) {
    for (std::size_t index = 0; index < ids.size(); ++index) {
      Entity entity;
      entity.set_id(ids[index]);
      entity.set_company_id(company);
      add_one(prefix, text_of(ids[index]), entity, before,
              path + "[" + std::to_string(index) + "]: ");
    }
  }

  /// What belongs to one company, unless it is another's.
  template <class Entity>
  void add_one(const std::string& prefix, const std::string& id, const Entity& entity,
               const Entities<Entity>& before, const std::string& where) {
    const auto& company = entity.company_id();
    const auto [owner, fresh] = owners_.try_emplace(prefix + id, company);
    if (!fresh) {
      complaints_.push_back(where + prefix + id + " is declared for " + owner->second +
                            " and for " + company);
      return;
    }
    const auto known = before.find(id);
    if (known != before.end() && known->second.company_id() != company) {
      complaints_.push_back(where + prefix + id + " belongs to " + known->second.company_id() +
                            ", so it cannot belong to " + company);
      return;
    }
    add(prefix, id, entity, before);
  }

  void add_plan(const CompanyDeclaration& company, const PlanDeclaration& plan,
                const std::string& path) {
    const auto known = current_.plans.find(company.id);
    auto entity = entity_of(plan, company);
    const bool undated = plan.versions.empty();
    if (undated && known != current_.plans.end()) {
      // Without a date it cannot be told from when other terms would hold.
      if (!same_terms(newest(known->second), newest(entity))) {
        complaints_.push_back(path + ": plan/" + company.id +
                              " has other terms, which stay for the calls that they hold for; "
                              "write versions, the new one with its valid_from");
        return;
      }
      entity = known->second;
    }
    add("plan/", company.id, entity, current_.plans);
  }

  bool knows_company(const std::string& id) const {
    return current_.companies.contains(id) ||
           std::any_of(declared_.companies.begin(), declared_.companies.end(),
                       [&id](const CompanyDeclaration& company) { return company.id == id; });
  }

  /// A workspace keeps the companies that other files gave it, and loses only those that are said
  /// to be removed.
  void add_workspace(const WorkspaceDeclaration& workspace, const std::string& path) {
    std::set<std::string> companies;
    const auto known = current_.workspaces.find(workspace.id);
    if (known != current_.workspaces.end()) {
      companies.insert(known->second.company_ids().begin(), known->second.company_ids().end());
    }
    for (const auto& id : workspace.companies_removed) companies.erase(id);
    for (std::size_t index = 0; index < workspace.companies.size(); ++index) {
      const auto& id = workspace.companies[index];
      const auto where = path + ".companies[" + std::to_string(index) + "]: ";
      const auto& removed = workspace.companies_removed;
      if (!knows_company(id)) complaints_.push_back(where + "there is no company \"" + id + "\"");
      if (std::find(removed.begin(), removed.end(), id) != removed.end()) {
        complaints_.push_back(where + id + " is also among companies_removed");
      }
      companies.insert(id);
    }
    schema::Workspace entity;
    entity.set_id(workspace.id);
    for (const auto& id : companies) entity.add_company_ids(id);
    add("workspace/", workspace.id, entity, current_.workspaces);
  }

  const TenantsDeclaration& declared_;
  const Directory& current_;
  Complaints& complaints_;
  std::vector<Change> changes_;
  std::map<std::string, std::vector<NumberClaim>> claims_;  ///< by number
  std::map<std::string, std::string> owners_;               ///< key → company, of this file
};

}  // namespace

std::string to_string(const Change& change) {
  switch (change.kind) {
    case Change::Kind::created:
      return "+ " + change.key;
    case Change::Kind::changed:
      return "~ " + change.key;
    case Change::Kind::unchanged:
      return "= " + change.key;
  }
  return change.key;
}

std::vector<Change> changes_of(const TenantsDeclaration& declared, const Directory& current,
                               Complaints& complaints) {
  return Comparison(declared, current, complaints).run();
}

}  // namespace hookswitch::cli
