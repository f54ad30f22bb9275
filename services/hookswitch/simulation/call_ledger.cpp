#include "call_ledger.hpp"

#include <hookswitch/billing/v1/billing_events.pb.h>
#include <hookswitch/calls/v1/call_events.pb.h>
#include <hookswitch/events/topics.hpp>

#include <cstdlib>
#include <utility>

namespace hookswitch::cli {
namespace {

namespace proto = hookswitch::calls::v1;

/// "CallEnded" of "hookswitch.calls.v1.CallEnded".
std::string_view message_of(std::string_view type) {
  const auto dot = type.rfind('.');
  return dot == std::string_view::npos ? type : type.substr(dot + 1);
}

std::string joined(const std::set<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

}  // namespace

std::string_view to_string(CallFate fate) {
  switch (fate) {
    case CallFate::good:
      return "good";
    case CallFate::incomplete:
      return "incomplete";
    case CallFate::unresolved:
      return "unresolved";
    case CallFate::not_accepted:
      return "not_accepted";
    case CallFate::wrong:
      return "wrong";
  }
  std::abort();
}

CallLedger::CallLedger(const std::vector<SimulatedCall>& calls,
                       const std::vector<SimulatedTenant>& tenants, bool billed)
    : calls_(calls), tenants_(tenants), billed_(billed), seen_(calls.size()) {
  for (std::size_t i = 0; i < calls.size(); ++i) places_.emplace(calls[i].id, i);
}

bool CallLedger::take(const events::InboundRecord& record) {
  // Billing's aggregate need not be the call.
  auto place = places_.find(std::string(record.header("ce_correlationid").value_or("")));
  if (place == places_.end()) place = places_.find(std::string(record.key));
  if (place == places_.end()) return false;
  auto& seen = seen_[place->second];
  if (record.topic == events::topics::webhooks_unresolved) {
    return !std::exchange(seen.unresolved, true);
  }
  const auto type = record.header("ce_type").value_or("");
  const auto id = record.header("ce_id").value_or("");
  if (!seen.ids[std::string(message_of(type))].emplace(id).second) return false;
  const auto tenant = record.header("ce_tenantid").value_or("");
  if (tenant != tenants_[calls_[place->second].tenant].id) seen.other_tenants.emplace(tenant);
  take_event(seen, calls_[place->second], type, record.value.value_or(""));
  return true;
}

/// Of ChargePriced and ChargeRepriced, which say the same of a charge.
template <class Event>
void CallLedger::take_charge(Seen& seen, const SimulatedCall& call,
                             const std::string& bytes) const {
  Event event;
  if (!event.ParseFromString(bytes)) {
    seen.undecodable = true;
    return;
  }
  Charge charge;
  charge.plan_version = event.plan_version();
  charge.currency = event.currency();
  charge.net_e6 = event.net_e6();
  charge.billable_ms = event.billable_ms();
  charge.cost_currency = event.cost_currency();
  if (event.has_cost()) charge.cost = Decimal(event.cost().coefficient(), event.cost().exponent());
  if (event.has_cost_e6()) charge.cost_e6 = event.cost_e6();
  if (event.has_margin_e6()) charge.margin_e6 = event.margin_e6();
  if (const auto expected = charge_of(call)) {
    const auto difference = price_difference(charge, *expected);
    if (!difference.empty()) seen.wrong_price = difference;
  } else {
    seen.wrong_price = "is charged without a plan";
  }
  if (event.revision() <= seen.charge_revision) return;
  seen.charge_revision = event.revision();
  seen.charge = std::move(charge);
}

void CallLedger::take_event(Seen& seen, const SimulatedCall& call, std::string_view type,
                            std::string_view value) {
  const std::string bytes(value);
  if (type == proto::CallAnalyzed::descriptor()->full_name()) {
    proto::CallAnalyzed event;
    if (!event.ParseFromString(bytes)) {
      seen.undecodable = true;
    } else if (event.revision() > seen.analysis_revision) {
      seen.analysis_revision = event.revision();
      seen.sentiment = event.user_sentiment();
    }
  } else if (type == proto::CallCostReported::descriptor()->full_name()) {
    proto::CallCostReported event;
    if (!event.ParseFromString(bytes)) {
      seen.undecodable = true;
    } else if (event.revision() > seen.cost_revision) {
      seen.cost_revision = event.revision();
      seen.total = Decimal(event.total().coefficient(), event.total().exponent());
    }
  } else if (type == billing::v1::ChargePriced::descriptor()->full_name()) {
    take_charge<billing::v1::ChargePriced>(seen, call, bytes);
  } else if (type == billing::v1::ChargeRepriced::descriptor()->full_name()) {
    take_charge<billing::v1::ChargeRepriced>(seen, call, bytes);
  }
}

void CallLedger::not_accepted(std::size_t call) { seen_[call].not_accepted = true; }

std::string CallLedger::wrong_with(const Seen& seen, const SimulatedCall& call) const {
  if (!seen.other_tenants.empty()) {
    return "has events of another tenant: " + joined(seen.other_tenants);
  }
  if (seen.undecodable) return "has an event that cannot be decoded";
  if (billed_ && !seen.wrong_price.empty()) return seen.wrong_price;
  for (const auto* once : {"CallStarted", "CallEnded", "CallNotConnected", "ChargePriced"}) {
    const auto found = seen.ids.find(once);
    if (found != seen.ids.end() && found->second.size() > 1) {
      return "has " + std::string(once) + " under several ids";
    }
  }
  const auto unfitting =
      call.connected() ? std::vector<std::string>{"CallNotConnected"}
                       : std::vector<std::string>{"CallStarted", "CallEnded", "CallCostReported"};
  for (const auto& type : unfitting) {
    if (seen.ids.count(type) > 0) return "must not have " + type;
  }
  return "";
}

std::string CallLedger::missing_of(const Seen& seen, const SimulatedCall& call) const {
  std::vector<std::string> expected{"CallNotConnected", "CallAnalyzed"};
  if (call.connected()) expected = {"CallStarted", "CallEnded", "CallAnalyzed", "CallCostReported"};
  if (billed_) {
    expected.emplace_back("UsageRecorded");  // a call that never connected is usage, too
    if (charge_of(call)) expected.emplace_back("ChargePriced");
  }
  std::set<std::string> missing;
  for (const auto& type : expected) {
    if (seen.ids.count(type) == 0) missing.insert(type);
  }
  if (!missing.empty()) return "lacks " + joined(missing);
  if (seen.sentiment != call.sentiment) return "has an analysis that is not the last one";
  const auto total = final_cost(call);
  if (total && seen.total != *total) {
    return "costs " + seen.total.to_string() + " instead of " + total->to_string() + " USD";
  }
  const auto charge = billed_ ? charge_of(call) : std::nullopt;
  return charge ? cost_difference(seen.charge, *charge) : "";
}

CallVerdict CallLedger::verdict(std::size_t place) const {
  const auto& seen = seen_[place];
  const auto& call = calls_[place];
  if (auto wrong = wrong_with(seen, call); !wrong.empty()) {
    return {CallFate::wrong, std::move(wrong)};
  }
  if (seen.not_accepted) return {CallFate::not_accepted, "has a webhook that was not accepted"};
  if (seen.unresolved) return {CallFate::unresolved, "has a webhook without an owner"};
  auto missing = missing_of(seen, call);
  if (missing.empty()) return {};
  return {CallFate::incomplete, std::move(missing)};
}

bool CallLedger::settled() const {
  for (std::size_t i = 0; i < calls_.size(); ++i) {
    if (verdict(i).fate == CallFate::incomplete) return false;
  }
  return true;
}

}  // namespace hookswitch::cli
