#include "adapters/event_mapping.hpp"

#include <hookswitch/billing/v1/billing_events.pb.h>
#include <hookswitch/events/topics.hpp>

#include <string>
#include <utility>
#include <variant>

namespace hookswitch::billing {
namespace {

namespace proto = hookswitch::billing::v1;

/// What of a record differs from event to event.
struct Told {
  std::string type;
  std::string value;
  TimePoint happened_at;
  std::string revision_key;  ///< third part of the event's id
};

template <class Message>
Told told(const Message& message, TimePoint happened_at, std::string revision_key) {
  return {message.GetTypeName(), message.SerializeAsString(), happened_at, std::move(revision_key)};
}

/// The content alone, so that every order of arrival ends under one id; a content that returns gets
/// its revision too.
std::string revision_key(const ChargeRevision& revision) {
  return revision.returned ? revision.content.to_string() + "#" + std::to_string(revision.number)
                           : revision.content.to_string();
}

proto::RepricingCause cause_of(RepricingCause cause) {
  switch (cause) {
    case RepricingCause::provider_cost:
      return proto::REPRICING_CAUSE_PROVIDER_COST;
    case RepricingCause::price_plan:
      return proto::REPRICING_CAUSE_PRICE_PLAN;
    case RepricingCause::usage:
      return proto::REPRICING_CAUSE_USAGE;
  }
  return proto::REPRICING_CAUSE_UNSPECIFIED;
}

/// The fields that ChargePriced and ChargeRepriced have in common.
template <class Message>
void fill(Message& message, const UsageState& usage, const ChargeRevision& revision,
          const Charge& charge) {
  message.set_charge_id(usage.id.to_string());
  message.set_usage_id(usage.id.to_string());
  message.set_call_id(usage.call_id.str());
  message.set_revision(revision.number);
  message.set_plan_id(charge.plan.str());
  message.set_plan_version(charge.plan_version);
  message.set_currency(charge.net.currency.str());
  message.set_net_e6(charge.net.e6);
  if (charge.quantity) message.set_quantity_ms(charge.quantity->count());
  message.set_billable_ms(charge.billable.count());
  message.set_increments(charge.increments);
  message.set_ended_at_ms(to_epoch_ms(charge.ended_at));
  if (charge.cost) {
    message.set_cost_currency(charge.cost->rounded.currency.str());
    message.mutable_cost()->set_coefficient(charge.cost->total.coefficient());
    message.mutable_cost()->set_exponent(charge.cost->total.exponent());
    message.set_cost_e6(charge.cost->rounded.e6);
  }
  if (charge.margin_e6) message.set_margin_e6(*charge.margin_e6);
}

Told map(const UsageRecorded& event, const UsageState& usage, const events::Envelope&) {
  proto::UsageRecorded message;
  message.set_usage_id(usage.id.to_string());
  message.set_revision(event.revision);
  message.set_kind(proto::USAGE_KIND_CALL);
  message.set_call_id(usage.call_id.str());
  message.set_connected(event.over.connected);
  if (event.over.duration) message.set_quantity_ms(event.over.duration->count());
  message.set_ended_at_ms(to_epoch_ms(event.over.ended_at));
  return told(message, event.over.ended_at, content_id(event.over).to_string());
}

Told map(const ChargePriced& event, const UsageState& usage, const events::Envelope& cause) {
  proto::ChargePriced message;
  fill(message, usage, event.revision, event.charge);
  return told(message, cause.time, revision_key(event.revision));
}

Told map(const ChargeRepriced& event, const UsageState& usage, const events::Envelope& cause) {
  proto::ChargeRepriced message;
  fill(message, usage, event.revision, event.charge);
  const auto& net = event.charge.net;
  if (net.currency == event.previous_net.currency) {
    message.set_delta_e6(net.e6 - event.previous_net.e6);
  }
  message.set_previous_currency(event.previous_net.currency.str());
  message.set_previous_net_e6(event.previous_net.e6);
  message.set_cause(cause_of(event.cause));
  return told(message, cause.time, revision_key(event.revision));
}

}  // namespace

events::OutboundRecord to_record(const Emission& emission, const UsageState& usage,
                                 const events::Envelope& cause) {
  auto mapped =
      std::visit([&](const auto& event) { return map(event, usage, cause); }, emission.event);
  const auto id = usage.id.to_string();
  events::Envelope envelope;
  envelope.id = events::domain_event_id(id, mapped.type, mapped.revision_key);
  envelope.source = event_source;
  envelope.type = std::move(mapped.type);
  envelope.time = mapped.happened_at;
  envelope.subject = id;
  envelope.data_schema = "hookswitch/billing/v1/billing_events.proto";
  envelope.content_type = "application/protobuf";
  envelope.tenant = usage.tenant;
  envelope.correlation_id = usage.call_id.str();
  envelope.causation_id = emission.cause;
  envelope.sequence = emission.sequence;
  envelope.trace_parent = cause.trace_parent;
  return {std::string(events::topics::billing), id, std::move(mapped.value),
          events::to_headers(envelope)};
}

}  // namespace hookswitch::billing
