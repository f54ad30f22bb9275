#include <hookswitch/events/cloud_event.hpp>

#include <catch2/catch.hpp>

#include <string>

using namespace hookswitch;
using namespace hookswitch::events;

namespace {

Envelope full_envelope() {
  Envelope envelope;
  envelope.id = webhook_id("retell", WorkspaceId("default"), std::string(32, 'x'));
  envelope.source = "hookswitch/ingress";
  envelope.type = std::string(webhook_accepted_type);
  envelope.time = from_epoch_ms(1'795'421'801'207);
  envelope.subject = "call_5d1e";
  envelope.data_schema = "https://hookswitch.dev/schemas/webhook";
  envelope.content_type = "application/json";
  envelope.tenant = TenantId("lindenhof");
  envelope.correlation_id = "call_5d1e";
  envelope.causation_id = domain_event_id("call_5d1e", "T", "");
  envelope.sequence = 7;
  envelope.trace_parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  envelope.provider = "retell";
  envelope.event = "call_ended";
  envelope.workspace = "default";
  return envelope;
}

InboundRecord record_with(Headers headers) {
  return make_inbound({"t", "k", "{}", std::move(headers)}, 0, 0);
}

Headers without(Headers headers, std::string_view name) {
  headers.erase_if([&](HeaderView header) { return header.name == name; });
  return headers;
}

Headers replaced(const Headers& headers, std::string_view name, std::string_view value) {
  Headers changed;
  for (const HeaderView header : headers) {
    changed.add(header.name, header.name == name ? value : header.value);
  }
  return changed;
}

}  // namespace

TEST_CASE("an envelope comes back from its headers as it was", "[cloud_event]") {
  const Envelope sent = full_envelope();
  CHECK(envelope_of(record_with(to_headers(sent))).value() == sent);
}

TEST_CASE("what an envelope does not say has no header", "[cloud_event]") {
  Envelope envelope;
  envelope.source = "s";
  envelope.type = "t";
  const auto headers = to_headers(envelope);
  std::vector<std::string> names;
  for (const HeaderView header : headers) names.emplace_back(header.name);
  CHECK(names ==
        std::vector<std::string>{"ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time"});
  CHECK(envelope_of(record_with(headers)).value() == envelope);
}

TEST_CASE("headers are the CloudEvents attributes in Kafka's binary mode", "[cloud_event]") {
  const InboundRecord record = record_with(to_headers(full_envelope()));
  CHECK(record.header("ce_specversion") == "1.0");
  CHECK(record.header("ce_type") == "hookswitch.webhooks.v1.WebhookAccepted");
  CHECK(record.header("ce_time") == "2026-11-23T08:16:41.207Z");
  CHECK(record.header("ce_tenantid") == "lindenhof");
  CHECK(record.header("ce_sequence") == "7");
  CHECK(record.header("content-type") == "application/json");
}

TEST_CASE("headers of others are ignored", "[cloud_event]") {
  auto headers = to_headers(full_envelope());
  headers.add("dlq_reason", "undecodable");
  headers.add("ce_future", "1");
  CHECK(envelope_of(record_with(std::move(headers))).value() == full_envelope());
}

TEST_CASE("a missing or malformed attribute is named", "[cloud_event]") {
  const auto headers = to_headers(full_envelope());
  for (const char* name : {"ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time"}) {
    INFO(name);
    const auto result = envelope_of(record_with(without(headers, name)));
    REQUIRE(result.has_error());
    CHECK(result.error() == Rejection{"not_a_cloud_event", name, "missing"});
  }
  const std::pair<const char*, const char*> malformed[] = {
      {"ce_specversion", "0.3"}, {"ce_id", "42"},      {"ce_source", ""},
      {"ce_type", ""},           {"ce_time", "today"}, {"ce_tenantid", ""},
      {"ce_sequence", "7x"},     {"ce_sequence", ""},  {"ce_sequence", "99999999999999999999"},
      {"ce_causationid", "x"},   {"ce_sequence", " 7"}};
  for (const auto& [name, value] : malformed) {
    INFO(name << "=" << value);
    const auto result = envelope_of(record_with(replaced(headers, name, value)));
    REQUIRE(result.has_error());
    CHECK(result.error().code == "not_a_cloud_event");
    CHECK(result.error().field == name);
  }
}

TEST_CASE("same bytes, same webhook; anything else, another", "[cloud_event][contract]") {
  const std::string digest(32, '\x01');
  const auto id = webhook_id("retell", WorkspaceId("default"), digest);
  CHECK(id == webhook_id("retell", WorkspaceId("default"), digest));
  CHECK(id != webhook_id("calcom", WorkspaceId("default"), digest));
  CHECK(id != webhook_id("retell", WorkspaceId("aurora"), digest));
  CHECK(id != webhook_id("retell", WorkspaceId("default"), std::string(32, '\x02')));
}

TEST_CASE("ids of events differ by aggregate, type and revision, however these are cut",
          "[cloud_event]") {
  CHECK(domain_event_id("a", "T", "") == domain_event_id("a", "T", ""));
  CHECK(domain_event_id("a", "T", "") != domain_event_id("a", "T", "x"));
  CHECK(domain_event_id("a", "T", "") != domain_event_id("aT", "", ""));
  CHECK(domain_event_id("a", "1:T,", "") != domain_event_id("a,1:", "T", ""));
  CHECK(domain_event_id("a", "b", "c") != webhook_id("a", WorkspaceId("b"), "c"));
}

TEST_CASE("the ids already on the bus never change", "[cloud_event]") {
  CHECK(webhook_id("retell", WorkspaceId("default"), std::string(32, 'x')).to_string() ==
        "514c859e-45b8-58bd-91f0-34707514dba3");
  CHECK(domain_event_id("call_5d1e", "hookswitch.calls.v1.CallEnded", "").to_string() ==
        "cda11684-d55d-56df-8d6e-03c2d80c7f87");
}
