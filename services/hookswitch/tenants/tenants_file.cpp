#include "tenants_file.hpp"

#include "rules.hpp"

#include <yaml-cpp/yaml.h>

#include <functional>
#include <set>
#include <string_view>

namespace hookswitch::cli {
namespace {

/// A place in the file with its path, and where complaints go.
struct Place {
  YAML::Node node;
  std::string path;
  Complaints* complaints;

  void complain(const std::string& what) const {
    complaints->push_back((path.empty() ? "the file" : path) + ": " + what);
  }
  [[nodiscard]] Place at(const std::string& key) const {
    const YAML::Node& fixed = node;  // operator[] of a const node adds nothing
    return {fixed[key], path.empty() ? key : path + "." + key, complaints};
  }
  [[nodiscard]] bool present() const { return node.IsDefined() && !node.IsNull(); }
};

/// False when it is no mapping; names keys that are unknown or occur twice.
bool check_keys(const Place& place, const std::set<std::string>& known) {
  if (!place.node.IsDefined() || !place.node.IsMap()) {
    place.complain("must be a mapping");
    return false;
  }
  std::set<std::string> seen;
  for (const auto& entry : place.node) {
    const auto key = entry.first.IsScalar() ? entry.first.Scalar() : "(not a word)";
    if (!known.contains(key)) place.complain("unknown key \"" + key + "\"");
    if (!seen.insert(key).second) place.complain("the key \"" + key + "\" occurs twice");
  }
  return true;
}

void each(const Place& list, const std::function<void(const Place&)>& read) {
  if (!list.present()) return;
  if (!list.node.IsSequence()) return list.complain("must be a list");
  for (std::size_t index = 0; index < list.node.size(); ++index) {
    const YAML::Node& fixed = list.node;
    read({fixed[index], list.path + "[" + std::to_string(index) + "]", list.complaints});
  }
}

/// A scalar that keeps `rule`; complains and gives an empty text otherwise.
std::string text(const Place& place,
                 const std::function<rules::Complaint(const std::string&)>& rule) {
  if (!place.present()) {
    place.complain("must be given");
    return {};
  }
  if (!place.node.IsScalar()) {
    place.complain("must be a single value");
    return {};
  }
  if (const auto wrong = rule(place.node.Scalar())) {
    place.complain(*wrong + ", not \"" + place.node.Scalar() + "\"");
    return {};
  }
  return place.node.Scalar();
}

std::int64_t positive_id(const Place& place) {
  std::int64_t value = 0;
  text(place, [&value](const std::string& word) { return rules::positive_id(word, value); });
  return value;
}

NumberDeclaration read_number(const Place& place) {
  NumberDeclaration number;
  if (!check_keys(place, {"e164", "from", "until"})) return number;
  number.e164 = text(place.at("e164"), rules::e164);
  for (auto [key, bound] : {std::pair{"from", &number.from}, std::pair{"until", &number.until}}) {
    const auto at = place.at(key);
    if (!at.present()) continue;
    text(at, [bound](const std::string& word) { return rules::instant(word, *bound); });
  }
  if (number.from && number.until && *number.from >= *number.until) {
    place.complain("from must be before until");
  }
  return number;
}

std::int64_t integer(const Place& place, std::int64_t least, std::int64_t most) {
  std::int64_t value = 0;
  text(place, [&](const std::string& word) { return rules::integer(word, least, most, value); });
  return value;
}

PlanTerms read_terms(const Place& place, bool dated) {
  constexpr std::int64_t month_ms = std::int64_t{31} * 24 * 60 * 60 * 1000;
  PlanTerms plan;
  std::set<std::string> known{"currency", "per_minute", "increments", "free_threshold_ms",
                              "minimum"};
  if (dated) known.insert("valid_from");
  if (!check_keys(place, known)) return plan;
  if (dated) {
    text(place.at("valid_from"),
         [&plan](const std::string& word) { return rules::instant(word, plan.valid_from); });
  }
  plan.currency = text(place.at("currency"), rules::currency);
  text(place.at("per_minute"),
       [&plan](const std::string& word) { return rules::millionths(word, plan.per_minute_e6); });
  text(place.at("increments"),
       [&plan](const std::string& word) { return rules::increments(word, plan); });
  if (const auto at = place.at("free_threshold_ms"); at.present()) {
    plan.free_threshold_ms = integer(at, 0, month_ms);
  }
  if (const auto at = place.at("minimum"); at.present()) {
    text(at, [&plan](const std::string& word) { return rules::millionths(word, plan.minimum_e6); });
  }
  return plan;
}

PlanDeclaration read_plan(const Place& place) {
  PlanDeclaration plan;
  const auto versions = place.at("versions");
  if (!versions.present()) {
    plan.terms = read_terms(place, false);
  } else if (check_keys(place, {"versions"})) {
    each(versions, [&plan](const Place& at) { plan.versions.push_back(read_terms(at, true)); });
    if (plan.versions.empty()) versions.complain("must have a version");
  }
  return plan;
}

std::vector<std::string> ids(const Place& list) {
  std::vector<std::string> all;
  each(list, [&all](const Place& at) { all.push_back(text(at, rules::entity_id)); });
  return all;
}

BranchDeclaration read_branch(const Place& place) {
  BranchDeclaration branch;
  if (!check_keys(place, {"id", "name", "time_zone", "opening_hours"})) return branch;
  branch.id = text(place.at("id"), rules::entity_id);
  branch.name = text(place.at("name"), rules::name);
  const auto zone = place.at("time_zone");
  if (zone.present()) branch.time_zone = text(zone, rules::time_zone);
  each(place.at("opening_hours"), [&branch](const Place& at) {
    OpeningDeclaration hours;
    if (!check_keys(at, {"weekday", "opens", "closes"})) return;
    hours.weekday = static_cast<std::int32_t>(integer(at.at("weekday"), 1, 7));
    const auto minute = [&at](const char* key, std::int32_t& value) {
      text(at.at(key),
           [&value](const std::string& word) { return rules::time_of_day(word, value); });
    };
    minute("opens", hours.opens_minute);
    minute("closes", hours.closes_minute);
    branch.opening_hours.push_back(hours);
  });
  return branch;
}

ServiceDeclaration read_service(const Place& place) {
  ServiceDeclaration service;
  if (!check_keys(place, {"id", "name", "duration_minutes", "event_types", "branches", "synonyms",
                          "default", "priority"})) {
    return service;
  }
  service.id = text(place.at("id"), rules::entity_id);
  service.name = text(place.at("name"), rules::name);
  service.duration_minutes = integer(place.at("duration_minutes"), 1, 10'080);
  each(place.at("event_types"),
       [&service](const Place& at) { service.event_types.push_back(positive_id(at)); });
  service.branches = ids(place.at("branches"));
  each(place.at("synonyms"),
       [&service](const Place& at) { service.synonyms.push_back(text(at, rules::name)); });
  if (const auto at = place.at("default"); at.present()) {
    text(at,
         [&service](const std::string& word) { return rules::boolean(word, service.is_default); });
  }
  if (const auto at = place.at("priority"); at.present()) {
    service.priority = integer(at, 0, 1'000'000);
  }
  return service;
}

StaffDeclaration read_staff(const Place& place) {
  StaffDeclaration staff;
  if (!check_keys(place, {"id", "name", "branches", "services", "organizer"})) return staff;
  staff.id = text(place.at("id"), rules::entity_id);
  staff.name = text(place.at("name"), rules::name);
  staff.branches = ids(place.at("branches"));
  staff.services = ids(place.at("services"));
  if (const auto at = place.at("organizer"); at.present()) staff.organizer = positive_id(at);
  return staff;
}

CompanyDeclaration read_company(const Place& place) {
  CompanyDeclaration company;
  if (!check_keys(place, {"id", "name", "time_zone", "numbers", "agents", "calcom", "branches",
                          "services", "staff", "plan"})) {
    return company;
  }
  company.id = text(place.at("id"), rules::entity_id);
  company.name = text(place.at("name"), rules::name);
  company.time_zone = text(place.at("time_zone"), rules::time_zone);
  each(place.at("numbers"),
       [&company](const Place& at) { company.numbers.push_back(read_number(at)); });
  each(place.at("agents"),
       [&company](const Place& at) { company.agents.push_back(text(at, rules::agent_id)); });
  const auto calcom = place.at("calcom");
  if (calcom.present() && check_keys(calcom, {"organizers", "event_types"})) {
    each(calcom.at("organizers"),
         [&company](const Place& at) { company.organizers.push_back(positive_id(at)); });
    each(calcom.at("event_types"),
         [&company](const Place& at) { company.event_types.push_back(positive_id(at)); });
  }
  each(place.at("branches"),
       [&company](const Place& at) { company.branches.push_back(read_branch(at)); });
  each(place.at("services"),
       [&company](const Place& at) { company.services.push_back(read_service(at)); });
  each(place.at("staff"), [&company](const Place& at) { company.staff.push_back(read_staff(at)); });
  if (place.at("plan").present()) company.plan = read_plan(place.at("plan"));
  return company;
}

WorkspaceDeclaration read_workspace(const Place& place) {
  WorkspaceDeclaration workspace;
  if (!check_keys(place, {"id", "companies", "companies_removed"})) return workspace;
  workspace.id = text(place.at("id"), rules::entity_id);
  each(place.at("companies"), [&workspace](const Place& at) {
    workspace.companies.push_back(text(at, rules::entity_id));
  });
  each(place.at("companies_removed"), [&workspace](const Place& at) {
    workspace.companies_removed.push_back(text(at, rules::entity_id));
  });
  return workspace;
}

/// The same company or workspace twice in one file.
template <class Declarations>
void refuse_repeats(const Declarations& declarations, const std::string& list,
                    Complaints& complaints) {
  std::set<std::string> seen;
  for (std::size_t index = 0; index < declarations.size(); ++index) {
    const auto& id = declarations[index].id;
    if (!id.empty() && !seen.insert(id).second) {
      auto complaint = list + "[" + std::to_string(index) + "].id: \"";
      complaints.push_back(complaint.append(id).append("\" is declared twice"));
    }
  }
}

}  // namespace

TenantsFile read_tenants(const std::string& yaml) {
  TenantsFile file;
  try {
    const Place root{YAML::Load(yaml), "", &file.complaints};
    if (!check_keys(root, {"companies", "workspaces"})) return file;
    auto& declared = file.declaration;
    each(root.at("companies"),
         [&declared](const Place& at) { declared.companies.push_back(read_company(at)); });
    each(root.at("workspaces"),
         [&declared](const Place& at) { declared.workspaces.push_back(read_workspace(at)); });
    refuse_repeats(declared.companies, "companies", file.complaints);
    refuse_repeats(declared.workspaces, "workspaces", file.complaints);
  } catch (const YAML::Exception& error) {
    file.complaints.push_back(std::string("the file is not YAML: ") + error.what());
  }
  return file;
}

}  // namespace hookswitch::cli
