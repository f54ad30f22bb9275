#pragma once
#include "domain/journal.hpp"
#include "domain/price_plan.hpp"
#include "domain/usage_events.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace hookswitch::billing {

/// Where a call's usage is: a cost may come before the call's end (seen); an end may come before
/// the plan (pending). Only goes forward.
enum class UsageStatus { seen, pending, priced };
[[nodiscard]] std::string_view to_string(UsageStatus status);

/// A cost with what decides between two.
struct KnownCost {
  std::int32_t revision = 1;
  Uuid event;
  ProviderCost cost;
  friend bool operator==(const KnownCost&, const KnownCost&) = default;
};

/// Everything that is remembered of a call's usage: what a store loads and saves. But for the
/// counters and the contents told before the last (which tell how it came about) it is a function
/// of the set of facts and the plans, whatever their order and repeats.
struct UsageState {
  Uuid id;  ///< call_usage_id()
  TenantId tenant;
  CallId call_id;
  std::optional<CallOver> over;
  std::optional<KnownCost> cost;
  std::optional<Charge> charge;
  std::vector<Uuid> charges_told;    ///< contents, oldest first: the last one is `charge`'s
  std::int32_t usage_revision = 0;   ///< UsageRecorded told so far
  std::int64_t version = 0;          ///< events told so far
  std::int64_t journal_entries = 0;  ///< made so far
  friend bool operator==(const UsageState&, const UsageState&) = default;
};

/// The aggregate: one call's usage, its charge, and the journal entries that follow from both.
/// Pure; no thread safety of its own.
class Usage {
 public:
  explicit Usage(UsageState state) : state_(std::move(state)) {}
  /// Nothing is known of the call yet. It counts as changed.
  [[nodiscard]] static Usage first_seen(TenantId tenant, CallId call);

  // What each event does. Commutative, associative and idempotent; each returns what is to be told.
  /// A call's end is told once: a second one is a repeat. Should the provider say both, connected
  /// holds against not connected, in either order.
  std::vector<Emission> over(const CallOver& over, const TenantPlans& plans, const Uuid& cause);
  std::vector<Emission> cost_reported(const ReportedCost& cost, const TenantPlans& plans,
                                      const Uuid& cause);
  /// The plans have changed.
  std::vector<Emission> plans_changed(const TenantPlans& plans, const Uuid& cause);

  [[nodiscard]] const UsageState& state() const { return state_; }
  [[nodiscard]] UsageStatus status() const;
  /// Something has changed since it was loaded, or it was not loaded but first seen.
  [[nodiscard]] bool changed() const { return changed_; }
  /// The journal entries made since it was loaded.
  [[nodiscard]] const std::vector<JournalEntry>& new_entries() const { return new_entries_; }

 private:
  [[nodiscard]] std::optional<Charge> charge_now(const TenantPlans& plans) const;
  void settle(const TenantPlans& plans, const Uuid& cause, RepricingCause why,
              std::vector<Emission>& told);
  void post(std::vector<JournalLine> lines, const Uuid& cause);
  void tell(UsageEvent event, const Uuid& cause, std::vector<Emission>& told);

  UsageState state_;
  bool changed_ = false;
  std::vector<JournalEntry> new_entries_;
};

}  // namespace hookswitch::billing
