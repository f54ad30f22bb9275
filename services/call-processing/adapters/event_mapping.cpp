#include "adapters/event_mapping.hpp"

#include <hookswitch/calls/v1/call_events.pb.h>
#include <hookswitch/events/topics.hpp>

#include <string>
#include <utility>
#include <variant>

namespace hookswitch::call_processing {
namespace {

namespace proto = hookswitch::calls::v1;

/// What of a record differs from event to event.
struct Told {
  std::string type;
  std::string value;
  TimePoint happened_at;
  std::string revision_key;  ///< third part of the event's id; empty for what happens once
};

template <class Message>
Told told(const Message& message, TimePoint happened_at, std::string revision_key = {}) {
  return {message.GetTypeName(), message.SerializeAsString(), happened_at, std::move(revision_key)};
}

proto::CallType call_type_of(const std::string& word) {
  if (word == "phone_call") return proto::CALL_TYPE_PHONE;
  if (word == "web_call") return proto::CALL_TYPE_WEB;
  return proto::CALL_TYPE_UNSPECIFIED;
}

proto::CallDirection direction_of(const std::string& word) {
  if (word == "inbound") return proto::CALL_DIRECTION_INBOUND;
  if (word == "outbound") return proto::CALL_DIRECTION_OUTBOUND;
  return proto::CALL_DIRECTION_UNSPECIFIED;
}

void personal(hookswitch::privacy::v1::PersonalText* to, const CallId& call_id,
              const std::string& text) {
  to->set_subject_ref("call/" + call_id.str());
  to->set_plain(text);
}

void exact(hookswitch::money::v1::Decimal* to, const Decimal& value) {
  to->set_coefficient(value.coefficient());
  to->set_exponent(value.exponent());
}

template <class Message>
void parties(Message& message, const CallId& call_id, const Parties& from) {
  message.set_call_type(call_type_of(from.call_type));
  message.set_direction(direction_of(from.direction));
  message.set_agent_id(from.agent_id);
  if (from.from_number) personal(message.mutable_from_number(), call_id, *from.from_number);
  if (from.to_number) personal(message.mutable_to_number(), call_id, *from.to_number);
}

std::string raw_bytes(const ContentDigest& digest) {
  const auto nibble = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  const auto& hex = digest.str();
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<char>(nibble(hex[i]) * 16 + nibble(hex[i + 1])));
  }
  return bytes;
}

/// The content alone, so that every order of arrival ends under one id; a content that returns gets
/// its revision too.
std::string revision_key(const Revision& revision) {
  return revision.returned ? revision.digest.str() + "#" + std::to_string(revision.number)
                           : revision.digest.str();
}

Told map(const CallStarted& event, const CallWebhook& webhook) {
  proto::CallStarted message;
  message.set_call_id(webhook.call_id.str());
  parties(message, webhook.call_id, event.parties);
  if (event.parties.agent_version) message.set_agent_version(*event.parties.agent_version);
  message.set_started_at_ms(to_epoch_ms(event.started_at));
  return told(message, event.started_at);
}

Told map(const CallEnded& event, const CallWebhook& webhook) {
  proto::CallEnded message;
  message.set_call_id(webhook.call_id.str());
  parties(message, webhook.call_id, event.parties);
  if (event.started_at) message.set_started_at_ms(to_epoch_ms(*event.started_at));
  if (event.ended_at) message.set_ended_at_ms(to_epoch_ms(*event.ended_at));
  if (event.duration) message.set_duration_ms(event.duration->count());
  message.set_disconnection_reason(event.disconnection_reason);
  message.set_call_status(event.call_status);
  return told(message, event.ended_at.value_or(webhook.received_at));
}

Told map(const CallNotConnected& event, const CallWebhook& webhook) {
  proto::CallNotConnected message;
  message.set_call_id(webhook.call_id.str());
  message.set_disconnection_reason(event.disconnection_reason);
  if (event.attempted_at) message.set_attempted_at_ms(to_epoch_ms(*event.attempted_at));
  message.set_direction(direction_of(event.parties.direction));
  message.set_agent_id(event.parties.agent_id);
  return told(message, event.ended_at.value_or(webhook.received_at));
}

Told map(const CallAnalyzed& event, const CallWebhook& webhook) {
  proto::CallAnalyzed message;
  const auto& analysis = event.analysis;
  message.set_call_id(webhook.call_id.str());
  message.set_revision(event.revision.number);
  if (analysis.summary) personal(message.mutable_summary(), webhook.call_id, *analysis.summary);
  message.set_user_sentiment(analysis.user_sentiment.value_or(""));
  if (analysis.call_successful) message.set_call_successful(*analysis.call_successful);
  if (analysis.in_voicemail) message.set_in_voicemail(*analysis.in_voicemail);
  if (analysis.custom_json) {
    personal(message.mutable_custom_analysis_json(), webhook.call_id, *analysis.custom_json);
  }
  message.set_content_sha256(raw_bytes(event.revision.digest));
  return told(message, webhook.received_at, revision_key(event.revision));
}

Told map(const CallCostReported& event, const CallWebhook& webhook) {
  proto::CallCostReported message;
  message.set_call_id(webhook.call_id.str());
  message.set_revision(event.revision.number);
  message.set_currency("USD");
  exact(message.mutable_total(), event.cost.total);
  for (const auto& item : event.cost.items) {
    auto* to = message.add_items();
    to->set_product(item.product);
    exact(to->mutable_cost(), item.cost);
    if (item.unit_price) exact(to->mutable_unit_price(), *item.unit_price);
    to->set_transfer_leg(item.transfer_leg);
  }
  if (event.cost.provider_seconds) {
    exact(message.mutable_provider_seconds(), *event.cost.provider_seconds);
  }
  return told(message, webhook.received_at, revision_key(event.revision));
}

}  // namespace

events::OutboundRecord to_record(const Emission& emission, const CallWebhook& webhook,
                                 const events::Envelope& cause) {
  auto mapped = std::visit([&](const auto& event) { return map(event, webhook); }, emission.event);
  const auto& call_id = webhook.call_id.str();
  events::Envelope envelope;
  envelope.id = events::domain_event_id(call_id, mapped.type, mapped.revision_key);
  envelope.source = event_source;
  envelope.type = std::move(mapped.type);
  envelope.time = mapped.happened_at;
  envelope.subject = call_id;
  envelope.data_schema = "hookswitch/calls/v1/call_events.proto";
  envelope.content_type = "application/protobuf";
  envelope.tenant = webhook.tenant;
  envelope.correlation_id = call_id;
  envelope.causation_id = emission.cause;
  envelope.sequence = emission.sequence;
  envelope.trace_parent = cause.trace_parent;
  return {std::string(events::topics::calls), call_id, std::move(mapped.value),
          events::to_headers(envelope)};
}

}  // namespace hookswitch::call_processing
