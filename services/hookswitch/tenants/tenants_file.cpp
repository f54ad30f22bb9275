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

PlanDeclaration read_plan(const Place& place) {
  PlanDeclaration plan;
  if (!check_keys(place, {"currency", "per_minute", "increments"})) return plan;
  plan.currency = text(place.at("currency"), rules::currency);
  text(place.at("per_minute"),
       [&plan](const std::string& word) { return rules::millionths(word, plan.per_minute_e6); });
  text(place.at("increments"),
       [&plan](const std::string& word) { return rules::increments(word, plan); });
  return plan;
}

CompanyDeclaration read_company(const Place& place) {
  CompanyDeclaration company;
  if (!check_keys(place, {"id", "name", "time_zone", "numbers", "agents", "calcom", "plan"})) {
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
      complaints.push_back(list + "[" + std::to_string(index) + "].id: \"" + id +
                           "\" is declared twice");
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
