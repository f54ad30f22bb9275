#pragma once
#include "application/ports.hpp"

#include <map>
#include <utility>
#include <vector>

namespace hookswitch::billing::testing {

/// What the tables of the schema hold, kept in memory: for tests and for the simulation, which
/// copies it to take a snapshot and gives the copy back to roll back.
struct BillingTables {
  struct Row {
    UsageState state;
    Home home;
    friend bool operator==(const Row&, const Row&) = default;
  };
  std::map<std::pair<TenantId, PlanId>, KeptPlan> plans;
  std::map<UsageKey, Row> usages;
  std::map<Uuid, std::vector<JournalEntry>> journal;  ///< by usage
  std::map<Uuid, std::vector<Emission>> told;         ///< by usage
  friend bool operator==(const BillingTables&, const BillingTables&) = default;
};

/// The store of one transaction over `tables`, seeing the rows of `tenants` only, as row-level
/// security does. Saves at once: whoever wants a rollback keeps a copy. One thread.
class BillingStoreMemory final : public BillingStore {
 public:
  BillingStoreMemory(BillingTables& tables, std::vector<TenantId> tenants)
      : tables_(tables), tenants_(std::move(tenants)) {}

  std::map<TenantId, TenantPlans> open_plans(const std::set<TenantId>& pricing,
                                             const std::set<TenantId>& changing) override;
  void save_plans(const TenantId& tenant, const TenantPlans& plans) override;
  std::map<UsageKey, OpenUsage> open_usages(const std::map<UsageKey, Home>& keys,
                                            std::span<const AffectedCalls> affected) override;
  void save_usages(std::span<const ChangedUsage> usages) override;

 private:
  void require_seen(const TenantId& tenant) const;

  BillingTables& tables_;
  std::vector<TenantId> tenants_;
};

}  // namespace hookswitch::billing::testing
