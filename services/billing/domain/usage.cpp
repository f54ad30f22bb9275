#include "domain/usage.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace hookswitch::billing {
namespace {

/// What the plan says of the call; nothing is owed for one that never connected, or whose length
/// nobody knows.
Rated rated(const Terms& terms, const CallOver& over) {
  if (!over.connected || !over.duration) return {};
  return rate(terms, *over.duration).value();  // a checked plan prices every call
}

std::optional<std::int64_t> margin(const Money& net, const std::optional<ProviderCost>& cost) {
  if (!cost || cost->rounded.currency != net.currency) return std::nullopt;
  return net.e6 - cost->rounded.e6;
}

template <class T>
std::optional<Money> net_of(const std::optional<T>& charge) {
  if (!charge) return std::nullopt;
  return charge->net;
}

}  // namespace

std::string_view to_string(UsageStatus status) {
  switch (status) {
    case UsageStatus::seen:
      return "seen";
    case UsageStatus::pending:
      return "pending";
    case UsageStatus::priced:
      return "priced";
  }
  std::abort();
}

Usage Usage::first_seen(TenantId tenant, CallId call) {
  UsageState state;
  state.id = call_usage_id(tenant, call);
  state.tenant = std::move(tenant);
  state.call_id = std::move(call);
  Usage usage(std::move(state));
  usage.changed_ = true;
  return usage;
}

std::vector<Emission> Usage::over(const CallOver& over, const TenantPlans& plans,
                                  const Uuid& cause) {
  std::vector<Emission> told;
  if (state_.over && (state_.over->connected || !over.connected)) return told;
  state_.over = over;
  tell(UsageRecorded{++state_.usage_revision, over}, cause, told);
  settle(plans, cause, RepricingCause::usage, told);
  return told;
}

std::vector<Emission> Usage::cost_reported(const ReportedCost& reported, const TenantPlans& plans,
                                           const Uuid& cause) {
  std::vector<Emission> told;
  const auto rank = std::pair(reported.revision, cause);
  if (state_.cost && rank <= std::pair(state_.cost->revision, state_.cost->event)) return told;
  const auto before = state_.cost ? std::optional(state_.cost->cost.rounded) : std::nullopt;
  state_.cost = KnownCost{reported.revision, cause, reported.cost};
  changed_ = true;
  post(cost_lines(before, reported.cost.rounded), cause);
  settle(plans, cause, RepricingCause::provider_cost, told);
  return told;
}

std::vector<Emission> Usage::plans_changed(const TenantPlans& plans, const Uuid& cause) {
  std::vector<Emission> told;
  settle(plans, cause, RepricingCause::price_plan, told);
  return told;
}

std::optional<Charge> Usage::charge_now(const TenantPlans& plans) const {
  if (!state_.over) return std::nullopt;
  const auto& over = *state_.over;
  auto charge = state_.charge;
  if (const auto chosen = plans.terms_for(over.ended_at)) {
    const auto rating = rated(chosen->terms, over);
    charge = Charge{chosen->plan,  chosen->version, {chosen->terms.currency, rating.net_e6},
                    over.duration, rating.billable, rating.increments,
                    over.ended_at, std::nullopt,    std::nullopt};
  }
  if (!charge) return std::nullopt;  // and what was priced stays so when its plan is gone
  charge->quantity = over.duration;
  charge->ended_at = over.ended_at;
  charge->cost = state_.cost ? std::optional(state_.cost->cost) : std::nullopt;
  charge->margin_e6 = margin(charge->net, charge->cost);
  return charge;
}

void Usage::settle(const TenantPlans& plans, const Uuid& cause, RepricingCause why,
                   std::vector<Emission>& told) {
  auto charge = charge_now(plans);
  if (!charge || charge == state_.charge) return;
  const auto before = net_of(state_.charge);
  post(revenue_lines(before, charge->net), cause);
  const auto content = content_id(*charge);
  auto& contents = state_.charges_told;
  const bool returned = std::find(contents.begin(), contents.end(), content) != contents.end();
  contents.push_back(content);
  const ChargeRevision revision{static_cast<std::int32_t>(contents.size()), content, returned};
  state_.charge = charge;
  if (before) {
    tell(ChargeRepriced{revision, *std::move(charge), *before, why}, cause, told);
  } else {
    tell(ChargePriced{revision, *std::move(charge)}, cause, told);
  }
}

void Usage::post(std::vector<JournalLine> lines, const Uuid& cause) {
  if (lines.empty()) return;
  changed_ = true;
  new_entries_.push_back({++state_.journal_entries, cause, std::move(lines)});
}

void Usage::tell(UsageEvent event, const Uuid& cause, std::vector<Emission>& told) {
  changed_ = true;
  told.push_back({++state_.version, cause, std::move(event)});
}

UsageStatus Usage::status() const {
  if (state_.charge) return UsageStatus::priced;
  return state_.over ? UsageStatus::pending : UsageStatus::seen;
}

}  // namespace hookswitch::billing
