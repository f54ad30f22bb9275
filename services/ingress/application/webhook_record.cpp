#include "webhook_record.hpp"

#include "trace_parent.hpp"

#include <hookswitch/events/cloud_event.hpp>
#include <hookswitch/events/topics.hpp>

#include <utility>

namespace hookswitch::ingress {

Uuid id_of(std::string_view provider, std::string_view workspace,
           const signing::Digest& body_digest) {
  return events::webhook_id(provider, WorkspaceId{std::string(workspace)},
                            signing::as_bytes(body_digest));
}

Publish record_of(VerifiedWebhook verified, const IncomingWebhook& webhook,
                  const routing::Resolution& resolution) {
  events::Envelope envelope;
  envelope.id = verified.id;
  envelope.source = "hookswitch/ingress";
  envelope.type = events::webhook_accepted_type;
  envelope.time = webhook.received;
  envelope.subject = verified.subject;
  envelope.content_type = "application/json";
  if (const auto* resolved = std::get_if<routing::Resolved>(&resolution))
    envelope.tenant = resolved->tenant;
  envelope.correlation_id = std::move(verified.correlation_id);
  envelope.trace_parent = trace_parent_of(webhook.trace_parent, verified.id, verified.body_digest);
  envelope.provider = verified.provider;
  envelope.event = verified.event;
  envelope.workspace = webhook.workspace;

  Publish publish;
  publish.id = verified.id;
  publish.topic = verified.provider_topic;
  publish.headers = events::to_headers(envelope);
  if (const auto* unresolved = std::get_if<routing::Unresolved>(&resolution)) {
    publish.topic = events::topics::webhooks_unresolved;
    publish.unresolved = unresolved->reason;
    publish.headers.add("unresolved_reason", to_string(unresolved->reason));
  }
  publish.key = verified.key.empty() ? verified.id.to_string() : std::move(verified.key);
  publish.event = std::move(verified.event);
  publish.subject = std::move(verified.subject);
  return publish;
}

}  // namespace hookswitch::ingress
