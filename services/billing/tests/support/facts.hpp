#pragma once
#include "application/use_cases.hpp"

#include <hookswitch/core/uuid.hpp>

#include <string>
#include <vector>

/// Facts as the domain sees them, for tests of rules.
namespace hookswitch::billing::testing {

inline const TenantId lindenhof("lindenhof");
inline const TenantId aurora("aurora");
inline const auto call_end = from_epoch_ms(1'795'421'822'650);

inline Uuid event(const std::string& name) { return uuid_v5(hookswitch_namespace, name); }
inline Decimal decimal(const std::string& text) { return Decimal::parse(text).value(); }

inline Terms terms(const std::string& currency = "EUR", std::int64_t per_minute_e6 = 150'000,
                   std::int32_t first_s = 60, std::int32_t next_s = 60) {
  Terms made;
  made.currency = CurrencyCode(currency);
  made.per_minute_e6 = per_minute_e6;
  made.first_increment_s = first_s;
  made.next_increment_s = next_s;
  return made;
}

inline PlanRecord plan(std::vector<PlanVersion> versions, std::int64_t sequence = 1,
                       const std::string& id = "plan") {
  PlanRecord record;
  record.plan = PlanId(id);
  record.tenant = lindenhof;
  record.sequence = sequence;
  record.changed_at = from_epoch_ms(sequence);
  record.versions = checked(std::move(versions)).value();
  return record;
}
/// 0.15 EUR a minute in 60/60.
inline PlanRecord euro_plan() { return plan({{1, from_epoch_ms(0), terms()}}); }
inline PlanRecord dollar_plan() { return plan({{1, from_epoch_ms(0), terms("USD", 200'000)}}); }
inline PlanRecord gone(std::int64_t sequence, TimePoint at, const std::string& id = "plan") {
  PlanRecord record;
  record.plan = PlanId(id);
  record.tenant = lindenhof;
  record.sequence = sequence;
  record.changed_at = at;
  return record;
}
inline TenantPlans plans(const std::vector<PlanRecord>& records) {
  TenantPlans made;
  for (const auto& record : records) made.apply(record);
  return made;
}

/// A fact about a call with the use case that handles it.
struct Said {
  CallUseCase use_case;
  CallFact fact;
};

inline Said ended(std::optional<Milliseconds> duration = Milliseconds{174'250},
                  TimePoint ended_at = call_end, const std::string& name = "ended") {
  return {on_call_ended,
          {event(name), lindenhof, CallId("call_1"), CallOver{true, ended_at, duration}}};
}
inline Said not_connected(const std::string& name = "not connected") {
  return {on_call_not_connected,
          {event(name), lindenhof, CallId("call_1"), CallOver{false, call_end, Milliseconds{0}}}};
}
inline Said cost(std::int32_t revision, const std::string& total,
                 const std::string& currency = "USD") {
  const auto exact = decimal(total);
  return {on_call_cost_reported,
          {event("cost " + std::to_string(revision)), lindenhof, CallId("call_1"),
           ReportedCost{revision, {exact, {CurrencyCode(currency), millionths(exact).value()}}}}};
}

inline Usage fresh_usage() { return Usage::first_seen(lindenhof, CallId("call_1")); }

inline std::string name_of(const UsageEvent& event) {
  struct {
    std::string operator()(const UsageRecorded&) const { return "UsageRecorded"; }
    std::string operator()(const ChargePriced&) const { return "ChargePriced"; }
    std::string operator()(const ChargeRepriced&) const { return "ChargeRepriced"; }
  } name;
  return std::visit(name, event);
}

inline std::vector<std::string> names_of(const std::vector<Emission>& told) {
  std::vector<std::string> names;
  for (const auto& emission : told) names.push_back(name_of(emission.event));
  return names;
}

inline std::vector<Emission> apply(Usage& usage, const Said& said, const TenantPlans& plans) {
  return said.use_case(usage, said.fact, plans);
}

/// What the books say at the end: account and currency to balance, accounts at zero left out.
inline std::map<std::pair<Account, std::string>, std::int64_t> balances(
    const std::vector<JournalEntry>& entries) {
  std::map<std::pair<Account, std::string>, std::int64_t> sums;
  for (const auto& entry : entries) {
    for (const auto& line : entry.lines) {
      sums[{line.account, line.amount.currency.str()}] += line.amount.e6;
    }
  }
  std::erase_if(sums, [](const auto& sum) { return sum.second == 0; });
  return sums;
}

}  // namespace hookswitch::billing::testing
