#include "support/deliveries.hpp"

#include <hookswitch/calls/v1/call_events.pb.h>
#include <hookswitch/core/decimal.hpp>
#include <hookswitch/directory/v1/directory.pb.h>
#include <hookswitch/events/topics.hpp>

namespace hookswitch::billing::testing {
namespace {

namespace calls = hookswitch::calls::v1;
namespace directory = hookswitch::directory::v1;

events::Envelope envelope(const std::string& type, const std::string& subject) {
  events::Envelope made;
  made.type = type;
  made.time = from_epoch_ms(ended_at_ms);
  made.subject = subject;
  made.content_type = "application/protobuf";
  return made;
}

template <class Message>
events::OutboundRecord call_event(const Message& message, const std::string& tenant,
                                  const std::string& revision = "") {
  auto made = envelope(message.GetTypeName(), message.call_id());
  made.id = events::domain_event_id(message.call_id(), made.type, revision);
  made.source = "hookswitch/call-processing";
  made.tenant = TenantId(tenant);
  made.sequence = 1;  // others read this topic, too
  made.correlation_id = message.call_id();
  made.trace_parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  return {std::string(events::topics::calls), message.call_id(), message.SerializeAsString(),
          events::to_headers(made)};
}

events::OutboundRecord plan_event(const std::string& company, std::int64_t sequence,
                                  std::optional<std::string> value) {
  const auto key = "plan/" + company;
  auto made = envelope("hookswitch.directory.v1.PricePlan", key);
  made.id = uuid_v5(hookswitch_namespace,
                    key + "\n" + std::to_string(sequence) + "\n" + value.value_or("gone"));
  made.time = from_epoch_ms(ended_at_ms + sequence);
  if (sequence > 0) {
    made.source = "hookswitch/directory";
    made.sequence = sequence;
    made.tenant = TenantId(company);
  } else {
    made.source = "hookswitch/cli";
  }
  return {std::string(events::topics::directory), key, std::move(value), events::to_headers(made)};
}

template <class Message>
void terms(Message& message, const Version& version) {
  message.set_currency(version.currency);
  message.set_per_minute_e6(version.per_minute_e6);
  message.set_first_increment_s(version.first_s);
  message.set_next_increment_s(version.next_s);
}

}  // namespace

events::OutboundRecord call_ended(const std::string& call_id,
                                  std::optional<std::int64_t> duration_ms,
                                  const std::string& tenant) {
  calls::CallEnded message;
  message.set_call_id(call_id);
  message.set_ended_at_ms(ended_at_ms);
  if (duration_ms) message.set_duration_ms(*duration_ms);
  message.set_disconnection_reason("user_hangup");
  return call_event(message, tenant);
}

events::OutboundRecord call_not_connected(const std::string& call_id, const std::string& tenant) {
  calls::CallNotConnected message;
  message.set_call_id(call_id);
  message.set_disconnection_reason("dial_no_answer");
  return call_event(message, tenant);
}

events::OutboundRecord call_cost(const std::string& call_id, std::int32_t revision,
                                 const std::string& total, const std::string& tenant) {
  const auto exact = Decimal::parse(total).value();
  calls::CallCostReported message;
  message.set_call_id(call_id);
  message.set_revision(revision);
  message.set_currency("USD");
  message.mutable_total()->set_coefficient(exact.coefficient());
  message.mutable_total()->set_exponent(exact.exponent());
  return call_event(message, tenant, total);
}

events::OutboundRecord price_plan(const std::string& company, std::int64_t sequence,
                                  const std::vector<Version>& versions) {
  directory::PricePlan plan;
  plan.set_id(company);
  plan.set_company_id(company);
  std::int32_t number = 0;
  for (const auto& version : versions) {
    auto* said = plan.add_versions();
    said->set_version(++number);
    said->set_valid_from_ms(version.valid_from_ms);
    terms(*said, version);
    terms(plan, version);
  }
  return plan_event(company, sequence, plan.SerializeAsString());
}

events::OutboundRecord flat_plan(const std::string& company, const Version& version) {
  directory::PricePlan plan;
  plan.set_id(company);
  plan.set_company_id(company);
  terms(plan, version);
  return plan_event(company, 0, plan.SerializeAsString());
}

events::OutboundRecord plan_gone(const std::string& company, std::int64_t sequence) {
  return plan_event(company, sequence, std::nullopt);
}

events::OutboundRecord with_header(events::OutboundRecord record, const std::string& name,
                                   const std::optional<std::string>& value) {
  record.headers.erase_if([&](const auto& header) { return header.name == name; });
  if (value) record.headers.add(name, *value);
  return record;
}

Batch& Batch::add(const events::OutboundRecord& record, std::int32_t partition) {
  records_.push_back(
      events::make_inbound(record, partition, static_cast<std::int64_t>(records_.size())));
  messaging::Delivery delivery;
  delivery.record = &records_.back();
  delivery.envelope = events::envelope_of(records_.back()).value();
  delivery.topic = records_.back().topic;
  delivery.input = {record.topic, partition};
  deliveries_.push_back(std::move(delivery));
  return *this;
}

std::vector<std::string> words_of(const std::vector<messaging::Outcome>& outcomes) {
  std::vector<std::string> words;
  for (const auto& outcome : outcomes) {
    if (const auto* refused = std::get_if<messaging::Refused>(&outcome)) {
      words.push_back("refused: " + refused->rejection.code + " " + refused->rejection.field);
    } else if (std::holds_alternative<messaging::Ignored>(outcome)) {
      words.emplace_back("ignored");
    } else {
      for (const auto& record : emitted({outcome})) {
        const auto type = header_of(record, "ce_type");
        words.push_back(type.substr(type.rfind('.') + 1));
      }
    }
  }
  return words;
}

std::vector<events::OutboundRecord> emitted(const std::vector<messaging::Outcome>& outcomes) {
  std::vector<events::OutboundRecord> all;
  for (const auto& outcome : outcomes) {
    const auto* handled = std::get_if<messaging::Handled>(&outcome);
    if (handled == nullptr) continue;
    all.insert(all.end(), handled->emitted.begin(), handled->emitted.end());
    for (const auto& elsewhere : handled->elsewhere) all.push_back(elsewhere.record);
  }
  return all;
}

std::string header_of(const events::OutboundRecord& record, const std::string& name) {
  return std::string(record.headers.find(name).value_or(""));
}

}  // namespace hookswitch::billing::testing
