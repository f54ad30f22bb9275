#include "accept_calcom_webhook.hpp"

#include "webhook_record.hpp"

#include <hookswitch/events/topics.hpp>
#include <hookswitch/routing/calcom_body.hpp>
#include <hookswitch/routing/calcom_tenant.hpp>
#include <hookswitch/signing/calcom.hpp>
#include <hookswitch/signing/digest.hpp>

namespace hookswitch::ingress {

WebhookDecision accept_calcom_webhook(const IncomingWebhook& webhook, const Knowledge& knowledge) {
  const auto [verdict, body_sha256] = signing::calcom::verify_body(
      webhook.body, webhook.signature, knowledge.keys.calcom_secrets(webhook.workspace));
  if (verdict != signing::calcom::Verdict::genuine) {
    if (!knowledge.keys.has_all_calcom_secrets(webhook.workspace)) return DirectoryMissing{};
    return NotGenuine{signing::calcom::to_string(verdict)};
  }
  knowledge.faults.reached("ingress.verified");

  VerifiedWebhook verified;
  verified.provider = "calcom";
  verified.body_digest = body_sha256;
  verified.id = id_of(verified.provider, webhook.workspace, verified.body_digest);
  auto facts = routing::read_calcom_body(webhook.body);
  if (!facts) return Malformed{verified.id, facts.error()};
  if (facts->trigger == "PING") return NothingToPublish{verified.id, std::move(facts->trigger)};
  if (knowledge.directory == nullptr) return DirectoryMissing{};
  const routing::Resolution resolution =
      resolve(*facts, WorkspaceId{std::string(webhook.workspace)}, *knowledge.directory);

  verified.provider_topic = events::topics::webhooks_calcom;
  verified.event = std::move(facts->trigger);
  verified.key = facts->uid;
  verified.subject = std::move(facts->uid);
  return record_of(std::move(verified), webhook, resolution);
}

}  // namespace hookswitch::ingress
