#include "support/deliveries.hpp"

#include <hookswitch/events/topics.hpp>
#include <hookswitch/signing/digest.hpp>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <regex>
#include <stdexcept>

namespace hookswitch::call_processing::testing {

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
  const auto place = body.find(from);
  if (place == std::string::npos) throw std::runtime_error("the body has no " + from);
  return body.replace(place, from.size(), to);
}

/// Nothing where the body names no call.
static std::string call_of(const std::string& body) {
  static const std::regex named("\"call_id\"\\s*:\\s*\"([^\"]*)\"");
  std::smatch found;
  return std::regex_search(body, found, named) ? found[1].str() : std::string();
}

events::Envelope envelope_for(const std::string& event, const std::string& body,
                              const std::string& tenant) {
  events::Envelope envelope;
  envelope.id = events::webhook_id("retell", WorkspaceId("default"),
                                   signing::as_bytes(signing::sha256(body)));
  envelope.source = "hookswitch/ingress";
  envelope.type = events::webhook_accepted_type;
  envelope.time = from_epoch_ms(1'795'421'900'000);
  envelope.subject = call_of(body);
  envelope.content_type = "application/json";
  envelope.tenant = TenantId(tenant);
  envelope.trace_parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  envelope.provider = "retell";
  envelope.event = event;
  envelope.workspace = "default";
  return envelope;
}

events::OutboundRecord record_for(const std::string& event, const std::string& body,
                                  const std::string& tenant) {
  return {std::string(events::topics::webhooks_retell), "call", body,
          events::to_headers(envelope_for(event, body, tenant))};
}

Batch& Batch::add(const std::string& event, const std::string& body, const std::string& tenant) {
  return add(envelope_for(event, body, tenant), body);
}

Batch& Batch::add_without_tenant(const std::string& event, const std::string& body) {
  auto envelope = envelope_for(event, body);
  envelope.tenant.reset();
  return add(std::move(envelope), body);
}

Batch& Batch::add(events::Envelope envelope, const std::string& body) {
  records_.push_back(events::make_inbound(
      {std::string(events::topics::webhooks_retell), "call", body, events::to_headers(envelope)}, 0,
      static_cast<std::int64_t>(records_.size())));
  messaging::Delivery delivery;
  delivery.record = &records_.back();
  delivery.envelope = std::move(envelope);
  delivery.topic = events::topics::webhooks_retell;
  deliveries_.push_back(std::move(delivery));
  return *this;
}

std::vector<std::string> words_of(const std::vector<messaging::Outcome>& outcomes) {
  std::vector<std::string> words;
  for (const auto& outcome : outcomes) {
    if (const auto* refused = std::get_if<messaging::Refused>(&outcome)) {
      words.push_back("refused: " + refused->rejection.code);
    } else if (const auto* handled = std::get_if<messaging::Handled>(&outcome)) {
      for (const auto& record : handled->emitted) {
        const auto type = header_of(record, "ce_type");
        words.push_back(type.substr(type.rfind('.') + 1));
      }
    } else {
      words.emplace_back("ignored");
    }
  }
  return words;
}

std::string header_of(const events::OutboundRecord& record, const std::string& name) {
  return std::string(record.headers.find(name).value_or(""));
}

}  // namespace hookswitch::call_processing::testing
