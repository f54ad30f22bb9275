#include "support/billing_store_memory.hpp"

#include <algorithm>
#include <stdexcept>

namespace hookswitch::billing::testing {

void BillingStoreMemory::require_seen(const TenantId& tenant) const {
  if (std::find(tenants_.begin(), tenants_.end(), tenant) == tenants_.end()) {
    throw std::logic_error("a row of a tenant that was not set");
  }
}

std::map<TenantId, TenantPlans> BillingStoreMemory::open_plans(const std::set<TenantId>& pricing,
                                                               const std::set<TenantId>& changing) {
  std::map<TenantId, std::map<PlanId, KeptPlan>> plans;
  for (const auto* wanted : {&pricing, &changing}) {
    for (const auto& tenant : *wanted) {
      require_seen(tenant);
      plans[tenant];
    }
  }
  for (const auto& [key, plan] : tables_.plans) {
    if (plans.contains(key.first)) plans[key.first].emplace(key.second, plan);
  }
  std::map<TenantId, TenantPlans> opened;
  for (auto& [tenant, of_tenant] : plans) opened.emplace(tenant, TenantPlans(std::move(of_tenant)));
  return opened;
}

void BillingStoreMemory::save_plans(const TenantId& tenant, const TenantPlans& plans) {
  require_seen(tenant);
  for (const auto& [id, plan] : plans.plans()) tables_.plans[{tenant, id}] = plan;
}

std::map<UsageKey, OpenUsage> BillingStoreMemory::open_usages(
    const std::map<UsageKey, Home>& keys, std::span<const AffectedCalls> affected) {
  std::map<UsageKey, OpenUsage> opened;
  for (const auto& [key, home] : keys) {
    require_seen(key.tenant);
    const auto found = tables_.usages.find(key);
    opened.emplace(key, found == tables_.usages.end()
                            ? OpenUsage{Usage::first_seen(key.tenant, key.call_id), home}
                            : OpenUsage{Usage(found->second.state), found->second.home});
  }
  for (const auto& [tenant, ended_from] : affected) {
    for (const auto& [key, row] : tables_.usages) {
      if (key.tenant != tenant || !row.state.over || row.state.over->ended_at < ended_from)
        continue;
      opened.try_emplace(key, OpenUsage{Usage(row.state), row.home});
    }
  }
  return opened;
}

void BillingStoreMemory::save_usages(std::span<const ChangedUsage> usages) {
  for (const auto& changed : usages) {
    const auto& state = changed.usage->state();
    require_seen(state.tenant);
    tables_.usages[{state.tenant, state.call_id}] = {state, *changed.home};
    auto& told = tables_.told[state.id];
    told.insert(told.end(), changed.told.begin(), changed.told.end());
    const auto& entries = changed.usage->new_entries();
    auto& journal = tables_.journal[state.id];
    journal.insert(journal.end(), entries.begin(), entries.end());
  }
}

}  // namespace hookswitch::billing::testing
