#include "domain/price_plan.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace hookswitch::billing {
namespace {

constexpr std::int32_t increment_s_max = 3600;
constexpr std::size_t versions_max = 1000;

std::optional<Rejection> complaint(const Terms& terms) {
  const auto no = [](const char* field, const char* why) {
    return Rejection{"not_a_plan", field, why};
  };
  const auto is_increment = [](std::int32_t s) { return s >= 1 && s <= increment_s_max; };
  const auto is_amount = [](std::int64_t e6) { return e6 >= 0 && e6 <= amount_e6_max; };
  if (!is_currency_code(terms.currency)) return no("currency", "is no ISO 4217 code");
  if (!is_amount(terms.per_minute_e6)) return no("per_minute_e6", "is no price");
  if (!is_increment(terms.first_increment_s)) return no("first_increment_s", "is not 1 to 3600");
  if (!is_increment(terms.next_increment_s)) return no("next_increment_s", "is not 1 to 3600");
  if (terms.free_threshold < Milliseconds{0} || terms.free_threshold > call_duration_max) {
    return no("free_threshold_ms", "is not 0 to 31 days");
  }
  if (!is_amount(terms.minimum_e6)) return no("minimum_e6", "is no price");
  auto unthreatened = terms;
  unthreatened.free_threshold = Milliseconds{0};
  if (!rate(unthreatened, call_duration_max)) {
    return no("per_minute_e6", "makes the longest call cost more than an amount may be");
  }
  return std::nullopt;
}

bool is_newer(const PlanRecord& record, const KeptPlan& kept) {
  if (record.sequence > 0 && kept.sequence > 0) return record.sequence > kept.sequence;
  return record.changed_at > kept.changed_at;
}

void take(KeptPlan& kept, const PlanRecord& record) {
  kept.sequence = record.sequence;
  kept.changed_at = record.changed_at;
  kept.gone_at.reset();
  if (record.versions) {
    kept.versions = *record.versions;
  } else {
    kept.gone_at = record.changed_at;
  }
}

bool is_gone(const KeptPlan& plan, TimePoint at) { return plan.gone_at && at >= *plan.gone_at; }

void add_steps(const std::map<PlanId, KeptPlan>& plans, std::set<TimePoint>& steps) {
  for (const auto& plan : plans) {
    for (const auto& version : plan.second.versions) steps.insert(version.valid_from);
    if (plan.second.gone_at) steps.insert(*plan.second.gone_at);
  }
}

}  // namespace

Result<PlanVersions> checked(PlanVersions versions) {
  if (versions.empty() || versions.size() > versions_max) {
    return Rejection{"not_a_plan", "versions", "are not 1 to 1000"};
  }
  for (std::size_t i = 0; i < versions.size(); ++i) {
    const auto place = "versions[" + std::to_string(i) + "].";
    if (versions[i].number != static_cast<std::int32_t>(i) + 1) {
      return Rejection{"not_a_plan", place + "version", "is not the next number"};
    }
    if (i > 0 && versions[i].valid_from <= versions[i - 1].valid_from) {
      return Rejection{"not_a_plan", place + "valid_from_ms", "is not after the version before"};
    }
    if (auto wrong = complaint(versions[i].terms)) {
      wrong->field = place + wrong->field;
      return *std::move(wrong);
    }
  }
  return versions;
}

std::optional<TimePoint> TenantPlans::apply(const PlanRecord& record) {
  const auto known = plans_.find(record.plan);
  if (known != plans_.end() && !is_newer(record, known->second)) return std::nullopt;
  const auto before = *this;
  take(plans_[record.plan], record);
  // The terms are steps: they can change only where a version begins or a plan ends.
  std::set<TimePoint> steps{TimePoint::min()};
  add_steps(before.plans_, steps);
  add_steps(plans_, steps);
  const auto first = std::find_if(steps.begin(), steps.end(), [&](TimePoint step) {
    return before.terms_for(step) != terms_for(step);
  });
  return first == steps.end() ? std::nullopt : std::optional(*first);
}

std::optional<ChosenTerms> TenantPlans::terms_for(TimePoint ended_at) const {
  for (const auto& one : plans_) {
    const auto& plan = one.second;
    if (plan.versions.empty() || is_gone(plan, ended_at)) continue;
    const auto* chosen = &plan.versions.front();
    for (const auto& version : plan.versions) {
      if (version.valid_from <= ended_at) chosen = &version;
    }
    return ChosenTerms{one.first, chosen->number, chosen->terms};
  }
  return std::nullopt;
}

}  // namespace hookswitch::billing
