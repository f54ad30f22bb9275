#pragma once
#include "domain/rating.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace hookswitch::billing {

/// Terms that hold from an instant on.
struct PlanVersion {
  std::int32_t number = 1;  ///< 1, 2, 3 …
  TimePoint valid_from;
  Terms terms;
  friend bool operator==(const PlanVersion&, const PlanVersion&) = default;
};

/// All versions of a plan, in the order of their numbers.
using PlanVersions = std::vector<PlanVersion>;

/// Refuses, naming the field ("versions[1].currency"), versions that are not 1, 2, 3 …, that do not
/// begin one after the other, whose terms make no sense, or whose price of the longest call would
/// not be an amount. Whatever it lets pass prices every call.
[[nodiscard]] Result<PlanVersions> checked(PlanVersions versions);

/// One state of a plan as the directory told it.
struct PlanRecord {
  PlanId plan;
  TenantId tenant;
  std::int64_t sequence = 0;  ///< the directory's version of the entity; 0: it did not say
  TimePoint changed_at;
  std::optional<PlanVersions> versions;  ///< checked; nothing: the plan is gone
  friend bool operator==(const PlanRecord&, const PlanRecord&) = default;
};

/// A plan as kept: of a plan that is gone the versions stay, for the calls that ended before.
struct KeptPlan {
  std::int64_t sequence = 0;
  TimePoint changed_at;
  std::optional<TimePoint> gone_at;
  PlanVersions versions;
  friend bool operator==(const KeptPlan&, const KeptPlan&) = default;
};

/// Which terms price a call.
struct ChosenTerms {
  PlanId plan;
  std::int32_t version = 0;
  Terms terms;
  friend bool operator==(const ChosenTerms&, const ChosenTerms&) = default;
};

/// The price plans of one company.
class TenantPlans {
 public:
  TenantPlans() = default;
  explicit TenantPlans(std::map<PlanId, KeptPlan> plans) : plans_(std::move(plans)) {}

  /// Takes a record over unless a newer one of its plan is kept (whatever order they come in, the
  /// newest stays). Returns the earliest end of a call that may be priced differently now, or
  /// nothing when none is.
  std::optional<TimePoint> apply(const PlanRecord& record);

  /// The terms for a call that ended at `ended_at`: of the last version that is valid by then, and
  /// of the first version for what ended before it. Nothing without a plan, or when it was gone by
  /// then. Of several plans the one with the least id counts.
  [[nodiscard]] std::optional<ChosenTerms> terms_for(TimePoint ended_at) const;

  [[nodiscard]] const std::map<PlanId, KeptPlan>& plans() const { return plans_; }

 private:
  std::map<PlanId, KeptPlan> plans_;
};

}  // namespace hookswitch::billing
