#include "support/deliveries.hpp"

#include <hookswitch/events/topics.hpp>
#include <hookswitch/signing/digest.hpp>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace hookswitch::booking::testing {

std::string sample(const std::string& name) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody sets the environment while tests run
  const char* root = std::getenv("HOOKSWITCH_SOURCE_DIR");
  if (root == nullptr)
    throw std::runtime_error("HOOKSWITCH_SOURCE_DIR is not set: run through ctest");
  std::ifstream file(std::string(root) + "/tests/contract/samples/" + name + ".json");
  if (!file) throw std::runtime_error("no sample " + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string with(std::string body, const std::string& from, const std::string& to) {
  auto place = body.find(from);
  if (place == std::string::npos) throw std::runtime_error("the body has no " + from);
  for (; place != std::string::npos; place = body.find(from, place + to.size())) {
    body.replace(place, from.size(), to);
  }
  return body;
}

events::Envelope envelope_for(const std::string& event, const std::string& uid,
                              const std::string& body, const std::string& tenant,
                              const std::string& workspace) {
  events::Envelope envelope;
  envelope.id = events::webhook_id("calcom", WorkspaceId(workspace),
                                   signing::as_bytes(signing::sha256(body)));
  envelope.source = "hookswitch/ingress";
  envelope.type = events::webhook_accepted_type;
  envelope.time = from_epoch_ms(1'795'421'900'000);
  envelope.subject = uid;
  envelope.content_type = "application/json";
  if (!tenant.empty()) envelope.tenant = TenantId(tenant);
  envelope.trace_parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  envelope.provider = "calcom";
  envelope.event = event;
  envelope.workspace = workspace;
  return envelope;
}

events::OutboundRecord record_for(const events::Envelope& envelope, const std::string& body) {
  return {std::string(events::topics::webhooks_calcom), envelope.subject, body,
          events::to_headers(envelope)};
}

events::OutboundRecord call_record(const std::string& call, const std::string& tenant) {
  events::Envelope envelope;
  envelope.type = "hookswitch.calls.v1.CallStarted";
  envelope.id = events::domain_event_id(call + tenant, envelope.type, "");
  envelope.source = "hookswitch/call-processing";
  envelope.time = from_epoch_ms(1'795'421'900'000);
  envelope.subject = call;
  envelope.content_type = "application/protobuf";
  envelope.tenant = TenantId(tenant);
  envelope.sequence = 1;  // others read this topic, too
  return {std::string(events::topics::calls), call, "", events::to_headers(envelope)};
}

Batch& Batch::add(const std::string& event, const std::string& uid, const std::string& body,
                  const std::string& tenant, const std::string& workspace) {
  return add(record_for(envelope_for(event, uid, body, tenant, workspace), body));
}

Batch& Batch::created() {
  return add("BOOKING_CREATED", first_uid, sample("calcom_booking_created"));
}
Batch& Batch::rescheduled() {
  return add("BOOKING_RESCHEDULED", second_uid, sample("calcom_booking_rescheduled"));
}
Batch& Batch::cancelled() {
  return add("BOOKING_CANCELLED", second_uid, sample("calcom_booking_cancelled"));
}
Batch& Batch::no_show(const std::string& workspace) {
  return add("BOOKING_NO_SHOW_UPDATED", second_uid, sample("calcom_booking_no_show_updated"), "",
             workspace);
}
Batch& Batch::call(const std::string& call, const std::string& tenant) {
  return add(call_record(call, tenant));
}

Batch& Batch::belonging_to(const std::string& tenant) {
  for (auto& delivery : deliveries_) {
    if (!delivery.envelope.tenant) delivery.envelope.tenant = TenantId(tenant);
  }
  return *this;
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
      words.push_back("refused: " + refused->rejection.code);
    } else if (const auto* handled = std::get_if<messaging::Handled>(&outcome)) {
      for (const auto& record : emitted({outcome})) {
        const auto type = header_of(record, "ce_type");
        words.push_back(type.substr(type.rfind('.') + 1));
      }
    } else {
      words.emplace_back("ignored");
    }
  }
  return words;
}

std::vector<events::OutboundRecord> emitted(const std::vector<messaging::Outcome>& outcomes) {
  std::vector<events::OutboundRecord> records;
  for (const auto& outcome : outcomes) {
    if (const auto* handled = std::get_if<messaging::Handled>(&outcome)) {
      records.insert(records.end(), handled->emitted.begin(), handled->emitted.end());
      for (const auto& one : handled->elsewhere) records.push_back(one.record);
    }
  }
  return records;
}

std::string header_of(const events::OutboundRecord& record, const std::string& name) {
  return std::string(record.headers.find(name).value_or(""));
}

}  // namespace hookswitch::booking::testing
