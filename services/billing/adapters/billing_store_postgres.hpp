#pragma once
#include "application/ports.hpp"

#include <hookswitch/postgres/connection.hpp>

#include <string>
#include <vector>

namespace hookswitch::billing {

/// The plans and usages in the schema billing, inside a given transaction. A handful of statements
/// for a whole batch, each with arrays through unnest. Locks are taken in one order by everybody:
/// the companies by name, then the usages by id.
class BillingStorePostgres final : public BillingStore {
 public:
  /// `transaction` outlives the store.
  explicit BillingStorePostgres(postgres::Transaction& transaction) : transaction_(transaction) {}

  std::map<TenantId, TenantPlans> open_plans(const std::set<TenantId>& pricing,
                                             const std::set<TenantId>& changing) override;
  void save_plans(const TenantId& tenant, const TenantPlans& plans) override;
  std::map<UsageKey, OpenUsage> open_usages(const std::map<UsageKey, Home>& keys,
                                            std::span<const AffectedCalls> affected) override;
  void save_usages(std::span<const ChangedUsage> usages) override;

 private:
  void lock_companies(const std::set<TenantId>& companies, const std::set<TenantId>& changing);
  void make_missing(const std::map<UsageKey, Home>& keys);
  [[nodiscard]] std::vector<std::string> ids_of(std::span<const AffectedCalls> affected);
  void save_usage_revisions(std::span<const ChangedUsage> usages);
  void save_charge_revisions(std::span<const ChangedUsage> usages);
  void save_journal(std::span<const ChangedUsage> usages);

  postgres::Transaction& transaction_;
};

}  // namespace hookswitch::billing
