#include "accept_calcom_webhook.hpp"
#include "accept_retell_webhook.hpp"
#include "example_directory.hpp"

#include <hookswitch/events/cloud_event.hpp>
#include <hookswitch/signing/calcom.hpp>
#include <hookswitch/signing/digest.hpp>
#include <hookswitch/signing/retell.hpp>

#include <catch2/catch.hpp>

#include <optional>
#include <string>

namespace hookswitch::ingress {
namespace {

const TimePoint noon = from_epoch_ms(1'795'424'400'000);
const std::string call_body =
    R"({"event":"call_ended","call":{"call_id":"call_1","call_type":"phone_call","agent_id":"agent_linde",
        "direction":"inbound","from_number":"+4917604069012","to_number":"+493023125017",
        "metadata":{"tenant_id":"aurora"},"custom_sip_headers":{"x-tenant":"aurora"}}})";
const std::string booking_body =
    R"({"triggerEvent":"BOOKING_CREATED","payload":{"uid":"u1","eventTypeId":2204518,
        "organizer":{"id":4711},"metadata":{"tenant_id":"aurora"}}})";

struct Door {
  KeyRing keys;
  std::optional<routing::DirectoryIndex> directory = routing::example_directory();
  NoFaults faults;

  Door() {
    keys.workspaces["default"] = {{"key_old", "key_new"}, {"secret_old", "secret_new"}};
    keys.workspaces["aurora"] = {{"key_aurora"}, {"secret_aurora"}};
  }
  [[nodiscard]] Knowledge knowledge() { return {keys, directory ? &*directory : nullptr, faults}; }
  WebhookDecision retell(const std::string& body, const std::string& signature,
                         const std::string& workspace = "default",
                         const std::string& trace_parent = "") {
    return accept_retell_webhook({workspace, body, signature, trace_parent, noon}, knowledge());
  }
  WebhookDecision retell_signed(const std::string& body, const std::string& workspace = "default") {
    const std::string key = workspace == "aurora" ? "key_aurora" : "key_new";
    return retell(body, signing::retell::sign(body, key, noon), workspace);
  }
  WebhookDecision calcom_signed(const std::string& body, const std::string& workspace = "default") {
    const std::string secret = workspace == "aurora" ? "secret_aurora" : "secret_new";
    return accept_calcom_webhook({workspace, body, signing::calcom::sign(body, secret), "", noon},
                                 knowledge());
  }
};

std::optional<std::string> header(const Publish& publish, std::string_view name) {
  const auto found = publish.headers.find(name);
  if (!found) return std::nullopt;
  return std::string(*found);
}

const Publish& published(const WebhookDecision& decision) {
  REQUIRE(std::holds_alternative<Publish>(decision));
  return std::get<Publish>(decision);
}

}  // namespace

TEST_CASE("a genuine call goes to Retell's topic, keyed by the call, with its tenant") {
  Door door;
  const auto decision = door.retell_signed(call_body);
  const auto& publish = published(decision);
  CHECK(publish.topic == "hookswitch.webhooks.retell.v1");
  CHECK(publish.key == "call_1");
  CHECK(header(publish, "ce_specversion") == "1.0");
  CHECK(header(publish, "ce_id") == publish.id.to_string());
  CHECK(header(publish, "ce_source") == "hookswitch/ingress");
  CHECK(header(publish, "ce_type") == "hookswitch.webhooks.v1.WebhookAccepted");
  CHECK(header(publish, "ce_time") == format_rfc3339(noon));
  CHECK(header(publish, "ce_subject") == "call_1");
  CHECK(header(publish, "ce_correlationid") == "call_1");
  CHECK(header(publish, "ce_provider") == "retell");
  CHECK(header(publish, "ce_event") == "call_ended");
  CHECK(header(publish, "ce_workspace") == "default");
  CHECK(header(publish, "content-type") == "application/json");
  CHECK(header(publish, "ce_tenantid") == "lindenhof");
  CHECK(header(publish, "unresolved_reason") == std::nullopt);
}

TEST_CASE("while keys may still come from the directory nobody is refused for good") {
  Door door;
  door.keys.complete = false;
  CHECK(std::holds_alternative<DirectoryMissing>(door.retell(call_body, "v=1,d=0")));
  CHECK(std::holds_alternative<DirectoryMissing>(
      accept_calcom_webhook({"nobody", booking_body, "0", "", noon}, door.knowledge())));
  published(door.retell_signed(call_body));
  door.keys.complete = true;
  CHECK(std::holds_alternative<NotGenuine>(door.retell(call_body, "v=1,d=0")));
}

TEST_CASE(
    "while a key of the workspace and provider lies closed nobody is refused there for good") {
  Door door;
  const auto by_retell = [&] { return door.retell(call_body, "v=1,d=0"); };
  door.keys.workspaces["default"].calcom_closed = true;
  CHECK(std::holds_alternative<NotGenuine>(by_retell()));
  CHECK(std::holds_alternative<DirectoryMissing>(
      accept_calcom_webhook({"default", booking_body, "0", "", noon}, door.knowledge())));
  door.keys.workspaces["default"].retell_closed = true;
  CHECK(std::holds_alternative<DirectoryMissing>(by_retell()));
  published(door.retell_signed(call_body));
}

TEST_CASE("rule 2 whose it is: metadata never decides") {
  Door door;
  const auto call = door.retell_signed(call_body);
  CHECK(header(published(call), "ce_tenantid") == "lindenhof");
  const auto booking = door.calcom_signed(booking_body);
  CHECK(header(published(booking), "ce_tenantid") == "lindenhof");
  const auto metadata_only = door.calcom_signed(
      R"({"triggerEvent":"FORM_SUBMITTED","payload":{"metadata":{"tenant_id":"lindenhof"}}})");
  CHECK(header(published(metadata_only), "ce_tenantid") == std::nullopt);
}

TEST_CASE("rule 2 whose it is: workspace aurora's key does not get lindenhof's call through") {
  Door door;
  const auto decision = door.retell_signed(call_body, "aurora");
  const auto& publish = published(decision);
  CHECK(publish.topic == "hookswitch.webhooks.unresolved.v1");
  CHECK(header(publish, "unresolved_reason") == "workspace_may_not_speak_for_tenant");
  CHECK(header(publish, "ce_tenantid") == std::nullopt);
  CHECK(header(publish, "ce_workspace") == "aurora");
  CHECK(publish.unresolved == routing::UnresolvedReason::workspace_may_not_speak_for_tenant);
}

TEST_CASE(
    "rule 1 same delivery: same bytes, same webhook; other bytes or another workspace, another") {
  Door door;
  const auto id = [&](const std::string& body, const std::string& workspace) {
    const auto decision = door.retell_signed(body, workspace);
    return published(decision).id;
  };
  CHECK(id(call_body, "default") == id(call_body, "default"));
  CHECK(id(call_body, "default") != id(call_body + " ", "default"));
  CHECK(id(call_body, "default") != id(call_body, "aurora"));
  const auto digest = signing::sha256(call_body);
  CHECK(id(call_body, "default") ==
        events::webhook_id("retell", WorkspaceId{"default"}, signing::as_bytes(digest)));
}

TEST_CASE("both keys are good while a key is rotated") {
  Door door;
  for (const auto* key : {"key_old", "key_new"}) {
    published(door.retell(call_body, signing::retell::sign(call_body, key, noon)));
  }
}

TEST_CASE("what is not genuine is refused, whatever is wrong") {
  Door door;
  const auto good = signing::retell::sign(call_body, "key_new", noon);
  const auto refused = [&](const std::string& body, const std::string& signature,
                           const std::string& workspace) {
    return std::holds_alternative<NotGenuine>(door.retell(body, signature, workspace));
  };
  CHECK(refused(call_body, "", "default"));
  CHECK(refused(call_body, "v=1,d=00", "default"));
  CHECK(refused(call_body + " ", good, "default"));
  CHECK(refused(call_body, good, "aurora"));
  CHECK(refused(call_body, good, "nowhere"));
  CHECK(refused(call_body, signing::retell::sign(call_body, "", noon), "nowhere"));
  const Milliseconds too_much{300'001};
  CHECK(
      refused(call_body, signing::retell::sign(call_body, "key_new", noon - too_much), "default"));
  CHECK(
      refused(call_body, signing::retell::sign(call_body, "key_new", noon + too_much), "default"));
}

TEST_CASE("a workspace without Cal.com secrets takes nothing as Cal.com's") {
  Door door;
  door.keys.workspaces["default"].calcom_secrets.clear();
  for (const std::string& signature : {signing::calcom::sign(booking_body, ""),
                                       std::string("no-secret-provided"), std::string()}) {
    const auto decision =
        accept_calcom_webhook({"default", booking_body, signature, "", noon}, door.knowledge());
    CHECK(std::holds_alternative<NotGenuine>(decision));
  }
}

TEST_CASE("a webhook of nobody known is parked, keyed as ever") {
  Door door;
  const auto decision = door.retell_signed(
      R"({"event":"call_ended","call":{"call_id":"call_9","direction":"inbound","to_number":"+4999"}})");
  const auto& publish = published(decision);
  CHECK(publish.topic == "hookswitch.webhooks.unresolved.v1");
  CHECK(publish.key == "call_9");
  CHECK(header(publish, "unresolved_reason") == "unknown_to_number");
}

TEST_CASE("an unknown event without a call is parked under the webhook's id") {
  Door door;
  const auto decision = door.retell_signed(R"({"event":"agent_published"})");
  const auto& publish = published(decision);
  CHECK(publish.topic == "hookswitch.webhooks.unresolved.v1");
  CHECK(publish.key == publish.id.to_string());
  CHECK(header(publish, "ce_correlationid") == std::nullopt);
}

TEST_CASE("repeats of a question without a call id share a key, other questions do not") {
  Door door;
  const auto key = [&](const std::string& from, const std::string& more) {
    const auto decision = door.retell_signed(
        R"({"event":"call_inbound","event_timestamp":7,"call_inbound":{"to_number":"+493023125017","from_number":")" +
        from + "\"" + more + "}}");
    return published(decision).key;
  };
  CHECK(key("+491", "") == key("+491", R"(,"agent_version":2)"));
  CHECK(key("+491", "") != key("+492", ""));
  CHECK(key("+491", R"(,"call_id":"call_7")") == "call_7");
}

TEST_CASE("a booking goes to Cal.com's topic, keyed by its uid, without a correlation id") {
  Door door;
  const auto decision = door.calcom_signed(booking_body);
  const auto& publish = published(decision);
  CHECK(publish.topic == "hookswitch.webhooks.calcom.v1");
  CHECK(publish.key == "u1");
  CHECK(header(publish, "ce_subject") == "u1");
  CHECK(header(publish, "ce_correlationid") == std::nullopt);
  CHECK(header(publish, "ce_provider") == "calcom");
  CHECK(header(publish, "ce_event") == "BOOKING_CREATED");
}

TEST_CASE("a no-show goes to Cal.com's topic with its workspace and no tenant") {
  Door door;
  const auto decision = door.calcom_signed(
      R"({"triggerEvent":"BOOKING_NO_SHOW_UPDATED","payload":{"bookingUid":"u1"}})", "aurora");
  const auto& publish = published(decision);
  CHECK(publish.topic == "hookswitch.webhooks.calcom.v1");
  CHECK(publish.key == "u1");
  CHECK(header(publish, "ce_workspace") == "aurora");
  CHECK(header(publish, "ce_tenantid") == std::nullopt);
  const auto without_uid = door.calcom_signed(R"({"triggerEvent":"OOO_CREATED","payload":{}})");
  CHECK(published(without_uid).key == published(without_uid).id.to_string());
}

TEST_CASE("Cal.com's PING is genuine or not, but never published") {
  Door door;
  door.directory.reset();
  const std::string ping = R"({"triggerEvent":"PING","payload":{"type":"Test"}})";
  CHECK(std::holds_alternative<NothingToPublish>(door.calcom_signed(ping)));
  const auto forged =
      accept_calcom_webhook({"default", ping, std::string(64, 'a'), "", noon}, door.knowledge());
  CHECK(std::holds_alternative<NotGenuine>(forged));
}

TEST_CASE("without the directory nobody is told that a webhook is taken") {
  Door door;
  door.directory.reset();
  CHECK(std::holds_alternative<DirectoryMissing>(door.retell_signed(call_body)));
  CHECK(std::holds_alternative<DirectoryMissing>(door.calcom_signed(booking_body)));
}

TEST_CASE("what is genuine but not the provider's shape is refused with the field") {
  Door door;
  const auto retell = door.retell_signed(R"({"event":"call_ended"})");
  REQUIRE(std::holds_alternative<Malformed>(retell));
  CHECK(std::get<Malformed>(retell).rejection.field == "/call");
  const auto calcom = door.calcom_signed(R"({"payload":{}})");
  REQUIRE(std::holds_alternative<Malformed>(calcom));
  CHECK(std::get<Malformed>(calcom).rejection.field == "/triggerEvent");
}

TEST_CASE("the sender's trace goes on, and a webhook without one always gets the same") {
  Door door;
  const auto trace = [&](const std::string& sent) {
    const auto decision =
        door.retell(call_body, signing::retell::sign(call_body, "key_new", noon), "default", sent);
    return header(published(decision), "traceparent").value();
  };
  const std::string sent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
  CHECK(trace(sent) == sent);
  const auto made = trace("");
  CHECK(made.size() == 55);
  CHECK(made.substr(0, 3) == "00-");
  for (const std::string& bad :
       {"00-00000000000000000000000000000000-b7ad6b7169203331-00",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-00",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-00",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00-more", "rubbish"}) {
    CHECK(trace(bad) == made);
  }
}

}  // namespace hookswitch::ingress
