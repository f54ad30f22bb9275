#include "accept_retell_webhook.hpp"

#include "webhook_record.hpp"

#include <hookswitch/events/topics.hpp>
#include <hookswitch/routing/retell_body.hpp>
#include <hookswitch/routing/retell_tenant.hpp>
#include <hookswitch/signing/digest.hpp>
#include <hookswitch/signing/retell.hpp>

namespace hookswitch::ingress {
namespace {

/// Inbound questions may have no call id yet: who called whom when stands in for it.
std::string key_of(const routing::RetellFacts& facts) {
  if (!facts.subject.empty() || facts.topic != routing::RetellTopic::inbound) return facts.subject;
  const std::string instant = facts.instant ? std::to_string(to_epoch_ms(*facts.instant)) : "";
  return signing::to_hex(
      signing::sha256(facts.from_number + '\n' + facts.to_number + '\n' + instant));
}

}  // namespace

WebhookDecision accept_retell_webhook(const IncomingWebhook& webhook, const Knowledge& knowledge) {
  const auto [verdict, body_sha256] = signing::retell::verify_body(
      webhook.body, webhook.signature, knowledge.keys.retell_api_keys(webhook.workspace),
      webhook.received);
  if (verdict != signing::retell::Verdict::genuine) {
    if (!knowledge.keys.has_all_retell_api_keys(webhook.workspace)) return DirectoryMissing{};
    return NotGenuine{signing::retell::to_string(verdict)};
  }
  knowledge.faults.reached("ingress.verified");

  VerifiedWebhook verified;
  verified.provider = "retell";
  verified.provider_topic = events::topics::webhooks_retell;
  verified.body_digest = body_sha256;
  verified.id = id_of(verified.provider, webhook.workspace, verified.body_digest);
  auto facts = routing::read_retell_body(webhook.body);
  if (!facts) return Malformed{verified.id, facts.error()};
  if (knowledge.directory == nullptr) return DirectoryMissing{};
  const routing::Resolution resolution = resolve(
      *facts, WorkspaceId{std::string(webhook.workspace)}, webhook.received, *knowledge.directory);

  verified.key = key_of(*facts);
  verified.event = std::move(facts->event);
  verified.correlation_id = facts->subject;
  verified.subject = std::move(facts->subject);
  return record_of(std::move(verified), webhook, resolution);
}

}  // namespace hookswitch::ingress
