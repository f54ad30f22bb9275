#include "declared_entities.hpp"

#include <algorithm>
#include <tuple>

namespace hookswitch::cli {
namespace {

namespace schema = hookswitch::directory::v1;

schema::PlanVersion version_of(const PlanTerms& terms, int number) {
  schema::PlanVersion version;
  version.set_version(number);
  version.set_valid_from_ms(terms.valid_from ? to_epoch_ms(*terms.valid_from) : 0);
  version.set_currency(terms.currency);
  version.set_per_minute_e6(terms.per_minute_e6);
  version.set_first_increment_s(terms.first_increment_s);
  version.set_next_increment_s(terms.next_increment_s);
  version.set_free_threshold_ms(terms.free_threshold_ms);
  version.set_minimum_e6(terms.minimum_e6);
  return version;
}

}  // namespace

schema::Branch entity_of(const BranchDeclaration& branch, const CompanyDeclaration& company) {
  schema::Branch entity;
  entity.set_id(branch.id);
  entity.set_company_id(company.id);
  entity.set_name(branch.name);
  entity.set_time_zone(branch.time_zone.empty() ? company.time_zone : branch.time_zone);
  auto hours = branch.opening_hours;  // the directory keeps them in order
  std::stable_sort(hours.begin(), hours.end(), [](const auto& one, const auto& other) {
    return std::tuple(one.weekday, one.opens_minute) <
           std::tuple(other.weekday, other.opens_minute);
  });
  for (const auto& one : hours) {
    auto* said = entity.add_opening_hours();
    said->set_weekday(one.weekday);
    said->set_opens_minute(one.opens_minute);
    said->set_closes_minute(one.closes_minute);
  }
  return entity;
}

schema::Service entity_of(const ServiceDeclaration& service, const CompanyDeclaration& company) {
  schema::Service entity;
  entity.set_id(service.id);
  entity.set_company_id(company.id);
  entity.set_name(service.name);
  entity.set_duration_minutes(static_cast<std::int32_t>(service.duration_minutes));
  for (const auto id : service.event_types) entity.add_event_type_ids(id);
  for (const auto& id : service.branches) entity.add_branch_ids(id);
  for (const auto& word : service.synonyms) entity.add_synonyms(word);
  entity.set_is_default(service.is_default);
  entity.set_priority(static_cast<std::int32_t>(service.priority));
  return entity;
}

schema::StaffMember entity_of(const StaffDeclaration& staff, const CompanyDeclaration& company) {
  schema::StaffMember entity;
  entity.set_id(staff.id);
  entity.set_company_id(company.id);
  entity.mutable_name()->set_subject_ref("staff/" + staff.id);
  entity.mutable_name()->set_plain(staff.name);
  for (const auto& id : staff.branches) entity.add_branch_ids(id);
  for (const auto& id : staff.services) entity.add_service_ids(id);
  if (staff.organizer) entity.set_organizer_id(*staff.organizer);
  return entity;
}

schema::PricePlan entity_of(const PlanDeclaration& plan, const CompanyDeclaration& company) {
  schema::PricePlan entity;
  entity.set_id(company.id);
  entity.set_company_id(company.id);
  if (plan.versions.empty()) *entity.add_versions() = version_of(plan.terms, 1);
  for (const auto& terms : plan.versions) {
    *entity.add_versions() = version_of(terms, entity.versions_size() + 1);
  }
  const auto& last = entity.versions(entity.versions_size() - 1);
  entity.set_currency(last.currency());
  entity.set_per_minute_e6(last.per_minute_e6());
  entity.set_first_increment_s(last.first_increment_s());
  entity.set_next_increment_s(last.next_increment_s());
  return entity;
}

schema::PlanVersion newest(const schema::PricePlan& plan) {
  if (plan.versions_size() > 0) return plan.versions(plan.versions_size() - 1);
  schema::PlanVersion version;
  version.set_currency(plan.currency());
  version.set_per_minute_e6(plan.per_minute_e6());
  version.set_first_increment_s(plan.first_increment_s());
  version.set_next_increment_s(plan.next_increment_s());
  return version;
}

bool same_terms(const schema::PlanVersion& one, const schema::PlanVersion& other) {
  const auto terms = [](const schema::PlanVersion& version) {
    return std::tuple(version.currency(), version.per_minute_e6(), version.first_increment_s(),
                      version.next_increment_s(), version.free_threshold_ms(),
                      version.minimum_e6());
  };
  return terms(one) == terms(other);
}

}  // namespace hookswitch::cli
