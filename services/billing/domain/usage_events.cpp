#include "domain/usage_events.hpp"

#include <string>

namespace hookswitch::billing {
namespace {

std::string text_of(std::int64_t value) { return std::to_string(value); }
std::string text_of(TimePoint value) { return std::to_string(to_epoch_ms(value)); }
std::string text_of(const std::optional<Milliseconds>& value) {
  return value ? std::to_string(value->count()) : "";
}

}  // namespace

Uuid content_id(const Charge& charge) {
  const auto& cost = charge.cost;
  return derived_id({"charge content", charge.plan.str(), text_of(charge.plan_version),
                     charge.net.currency.str(), text_of(charge.net.e6), text_of(charge.quantity),
                     text_of(charge.billable.count()), text_of(charge.increments),
                     text_of(charge.ended_at), cost ? cost->rounded.currency.str() : "",
                     cost ? cost->total.to_string() : ""});
}

Uuid content_id(const CallOver& over) {
  return derived_id({"usage content", over.connected ? "connected" : "not connected",
                     text_of(over.ended_at), text_of(over.duration)});
}

}  // namespace hookswitch::billing
