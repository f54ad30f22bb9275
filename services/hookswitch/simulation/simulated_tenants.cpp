#include "simulated_tenants.hpp"

#include <algorithm>

namespace hookswitch::cli {
namespace {

constexpr std::int64_t day_ms = 86'400'000;

bool owned(const schema::PhoneNumber& number, std::string_view company, std::int64_t day) {
  return std::any_of(number.ownerships().begin(), number.ownerships().end(), [&](const auto& one) {
    return one.company_id() == company && (!one.has_from_ms() || one.from_ms() <= day) &&
           (!one.has_until_ms() || one.until_ms() >= day + day_ms);
  });
}

PriceTerms terms_of(const schema::PlanVersion& version) {
  return {version.version(),           from_epoch_ms(version.valid_from_ms()),
          version.currency(),          version.per_minute_e6(),
          version.first_increment_s(), version.next_increment_s(),
          version.free_threshold_ms(), version.minimum_e6()};
}

/// A plan without versions is its own first one.
std::vector<PriceTerms> terms_of(const schema::PricePlan& plan) {
  std::vector<PriceTerms> terms;
  for (const auto& version : plan.versions()) terms.push_back(terms_of(version));
  if (!terms.empty()) return terms;
  schema::PlanVersion only;
  only.set_version(1);
  only.set_currency(plan.currency());
  only.set_per_minute_e6(plan.per_minute_e6());
  only.set_first_increment_s(plan.first_increment_s());
  only.set_next_increment_s(plan.next_increment_s());
  return {terms_of(only)};
}

SimulatedTenant tenant_of(const Directory& directory, const std::string& id, TimePoint day) {
  SimulatedTenant tenant;
  tenant.id = id;
  const auto company = directory.companies.find(id);
  tenant.name = company == directory.companies.end() ? id : company->second.name();
  for (const auto& [e164, number] : directory.numbers) {
    if (owned(number, id, to_epoch_ms(day))) tenant.numbers.push_back(e164);
  }
  for (const auto& [agent_id, agent] : directory.agents) {
    if (agent.company_id() == id) tenant.agents.push_back(agent_id);
  }
  // Of several plans the one with the least id counts.
  for (const auto& [plan_id, plan] : directory.plans) {
    if (plan.company_id() == id && tenant.plan.empty()) tenant.plan = terms_of(plan);
  }
  return tenant;
}

/// ID=NUMBER[/AGENT]
SimulatedTenant tenant_as_given(const std::string& text) {
  SimulatedTenant tenant;
  tenant.id = tenant.name = text.substr(0, text.find('='));
  const auto number = text.substr(tenant.id.size() + 1);
  const auto slash = number.find('/');
  tenant.numbers = {number.substr(0, slash)};
  if (slash != std::string::npos) tenant.agents = {number.substr(slash + 1)};
  return tenant;
}

}  // namespace

Result<std::vector<SimulatedTenant>> choose_tenants(const Directory& directory,
                                                    const std::string& workspace, TimePoint day,
                                                    const std::vector<std::string>& wanted) {
  std::vector<SimulatedTenant> tenants;
  for (const auto& text : wanted) {
    if (text.find('=') != std::string::npos) {
      tenants.push_back(tenant_as_given(text));
      continue;
    }
    if (directory.companies.count(text) == 0) {
      return Rejection{"unknown_company", "", "the directory has no company " + text};
    }
    tenants.push_back(tenant_of(directory, text, day));
    if (tenants.back().numbers.empty()) {
      return Rejection{"no_number", "", "the company " + text + " has no number on that day"};
    }
  }
  if (!wanted.empty()) return tenants;
  const auto found = directory.workspaces.find(workspace);
  if (found == directory.workspaces.end()) {
    return Rejection{"unknown_workspace", "", "the directory has no workspace " + workspace};
  }
  for (const auto& id : found->second.company_ids()) {
    auto tenant = tenant_of(directory, id, day);
    if (!tenant.numbers.empty()) tenants.push_back(std::move(tenant));
  }
  if (tenants.empty()) {
    return Rejection{"no_number", "",
                     "no company of the workspace " + workspace + " has a number on that day"};
  }
  return tenants;
}

}  // namespace hookswitch::cli
