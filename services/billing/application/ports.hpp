#pragma once
#include "domain/usage.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

/// What the use cases need of the world.
namespace hookswitch::billing {

/// The partition of the input topic that a call's first event came through: the events of its usage
/// are published through it, whatever causes them, so that they keep their order.
struct Home {
  std::string topic;
  std::int32_t partition = 0;
  friend auto operator<=>(const Home&, const Home&) = default;
};

/// A call that events of this batch speak of.
struct UsageKey {
  TenantId tenant;
  CallId call_id;
  friend auto operator<=>(const UsageKey&, const UsageKey&) = default;
};

/// Calls of a company that may be priced differently now: those that ended at `ended_from` or
/// later.
struct AffectedCalls {
  TenantId tenant;
  TimePoint ended_from;
};

struct OpenUsage {
  Usage usage;
  Home home;
};

/// A usage to be saved with what was told of it in this batch.
struct ChangedUsage {
  const Usage* usage = nullptr;
  const Home* home = nullptr;
  std::vector<Emission> told;
};

/// The plans and the usages, inside one transaction. One thread uses it. Throws what its store
/// throws.
class BillingStore {
 public:
  virtual ~BillingStore() = default;

  /// The plans of these companies. Until the transaction ends nobody else prices calls of a company
  /// in `changing`, nor changes the plans of one in `pricing` or `changing`: neither a call can
  /// miss a plan nor a plan a call. A company in both counts as changing.
  [[nodiscard]] virtual std::map<TenantId, TenantPlans> open_plans(
      const std::set<TenantId>& pricing, const std::set<TenantId>& changing) = 0;
  virtual void save_plans(const TenantId& tenant, const TenantPlans& plans) = 0;

  /// Locks and loads usages in the order of their ids: those of `keys`, made with the home given
  /// when they are not there yet, and all that `affected` names. To be called once, after
  /// open_plans().
  [[nodiscard]] virtual std::map<UsageKey, OpenUsage> open_usages(
      const std::map<UsageKey, Home>& keys, std::span<const AffectedCalls> affected) = 0;
  /// Saves usages that open_usages() has given.
  virtual void save_usages(std::span<const ChangedUsage> usages) = 0;
};

}  // namespace hookswitch::billing
