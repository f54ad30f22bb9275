#include "adapters/unresolved_records.hpp"

#include <hookswitch/events/cloud_event.hpp>
#include <hookswitch/events/topics.hpp>

#include <catch2/catch.hpp>

#include <array>

using namespace hookswitch;
using namespace hookswitch::directory;

namespace {

constexpr std::array lines{Subscription{events::topics::webhooks_unresolved,
                                        events::webhook_accepted_type, read_unresolved_webhook}};

/// A record that ingress has parked, and what a test makes of it.
struct Record {
  events::Envelope envelope;
  std::string key = "call_1";
  std::optional<std::string> value =
      R"({"event":"call_ended","call":{"call_id":"call_1","to_number":"+491"}})";
  std::string reason = "unknown_to_number";

  Record() {
    envelope.id = uuid_v5(hookswitch_namespace, "a webhook");
    envelope.source = "hookswitch/ingress";
    envelope.type = events::webhook_accepted_type;
    envelope.time = from_epoch_ms(1'795'421'900'000);
    envelope.provider = "retell";
    envelope.event = "call_ended";
    envelope.workspace = "default";
  }
  [[nodiscard]] Result<UnresolvedWebhook> read() const {
    auto headers = events::to_headers(envelope);
    headers.add("unresolved_reason", reason);
    const auto record = events::make_inbound(
        {std::string(events::topics::webhooks_unresolved), key, value, headers}, 0, 0);
    return read_by(lines, {&record, events::envelope_of(record).value(), record.topic});
  }
  [[nodiscard]] std::string refusal() const {
    const auto webhook = read();
    return webhook ? "accepted" : webhook.error().code + " " + webhook.error().field;
  }
};

}  // namespace

TEST_CASE("what ingress has parked is read whole") {
  const Record record;
  const auto webhook = record.read();
  REQUIRE(webhook.has_value());
  CHECK(webhook->id == record.envelope.id);
  CHECK(webhook->provider == "retell");
  CHECK(webhook->event == "call_ended");
  CHECK(webhook->workspace == "default");
  CHECK(webhook->reason == "unknown_to_number");
  CHECK(webhook->received == record.envelope.time);
  CHECK(webhook->key == "call_1");
  CHECK(webhook->body == record.value);
}

TEST_CASE("given to a company, its record is the one that ingress would have written") {
  Record record;
  const auto webhook = record.read().value();
  const auto given = record_for(TenantId("anton"), webhook);
  record.envelope.tenant = TenantId("anton");
  CHECK(given.topic == events::topics::webhooks_retell);
  CHECK(given.key == webhook.key);
  CHECK(given.value == webhook.body);
  const auto again = events::make_inbound(given, 0, 0);
  CHECK(events::envelope_of(again).value() == record.envelope);
  CHECK(given.headers.size() == events::to_headers(record.envelope).size());
}

TEST_CASE("what no ingress of ours has put there is refused, by its header") {
  const auto refusal = [](const std::function<void(Record&)>& change) {
    Record record;
    change(record);
    return record.refusal();
  };
  CHECK(refusal([](Record&) {}) == "accepted");
  CHECK(refusal([](Record& r) { r.envelope.type = "hookswitch.calls.v1.CallEnded"; }) ==
        "not_an_unresolved_webhook ce_type");
  CHECK(refusal([](Record& r) { r.envelope.tenant = TenantId("anton"); }) ==
        "not_an_unresolved_webhook ce_tenantid");
  CHECK(refusal([](Record& r) { r.envelope.provider = "twilio"; }) ==
        "not_an_unresolved_webhook ce_provider");
  CHECK(refusal([](Record& r) { r.envelope.event.clear(); }) ==
        "not_an_unresolved_webhook ce_event");
  CHECK(refusal([](Record& r) { r.envelope.workspace.clear(); }) ==
        "not_an_unresolved_webhook ce_workspace");
  CHECK(refusal([](Record& r) { r.envelope.workspace = "a\nb"; }) ==
        "not_an_unresolved_webhook ce_workspace");
  CHECK(refusal([](Record& r) { r.envelope.workspace.assign(257, 'a'); }) ==
        "not_an_unresolved_webhook ce_workspace");
  CHECK(refusal([](Record& r) { r.reason = "no_reason"; }) ==
        "not_an_unresolved_webhook unresolved_reason");
  CHECK(refusal([](Record& r) { r.key.clear(); }) == "not_an_unresolved_webhook ");
  CHECK(refusal([](Record& r) { r.value.reset(); }) == "not_an_unresolved_webhook ");
  CHECK(refusal([](Record& r) { r.value = R"({"event":"call_ended"})"; }) == "missing_field /call");
}
