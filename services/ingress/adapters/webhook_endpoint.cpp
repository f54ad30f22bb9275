#include "webhook_endpoint.hpp"

#include "webhook_answers.hpp"

#include <hookswitch/telemetry/log.hpp>

#include <utility>

namespace hookswitch::ingress {
namespace {

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

std::string_view workspace_of(const http::Request& request) {
  const auto found = request.path_parameters.find("workspace");
  return found != request.path_parameters.end() ? std::string_view(found->second) : "default";
}

}  // namespace

WebhookEndpoint::WebhookEndpoint(Provider provider, std::string signature_header, Accept accept,
                                 Parts parts)
    : provider_(provider),
      signature_header_(std::move(signature_header)),
      accept_(accept),
      parts_(parts) {}

void WebhookEndpoint::handle(const http::Responder& responder) const {
  const Received received = std::chrono::steady_clock::now();
  parts_.faults.reached("ingress.accepted");
  const http::Request& request = responder.request();
  const auto keys = parts_.keys.load();
  const auto directory = parts_.directory.load();
  const IncomingWebhook webhook{workspace_of(request), request.body,
                                request.header(signature_header_).value_or(""),
                                request.header("traceparent").value_or(""), parts_.clock.now()};
  auto decision = accept_(webhook, Knowledge{*keys, directory.get(), parts_.faults});
  std::visit(
      Overloaded{
          [&](const NotGenuine& refused) {
            parts_.probe.count_signature_failure();
            telemetry::log_info("webhook.not_genuine",
                                {{"provider", to_string(provider_)}, {"verdict", refused.verdict}});
            answer(responder, received, answers::not_genuine(), "", WebhookOutcome::not_genuine);
          },
          [&](const Malformed& refused) {
            telemetry::log_info("webhook.malformed", {{"provider", to_string(provider_)},
                                                      {"webhook_id", refused.id.to_string()},
                                                      {"code", refused.rejection.code},
                                                      {"field", refused.rejection.field}});
            answer(responder, received, answers::malformed(refused.rejection), "",
                   WebhookOutcome::malformed);
          },
          [&](const DirectoryMissing&) {
            telemetry::log_info("webhook.directory_missing", {{"provider", to_string(provider_)}});
            answer(responder, received, answers::unavailable(), "", WebhookOutcome::unavailable);
          },
          [&](const NothingToPublish& nothing) {
            answer(responder, received, answers::accepted(nothing.id), nothing.event,
                   WebhookOutcome::not_published);
          },
          [&](Publish& publishable) { publish(responder, received, std::move(publishable)); },
      },
      decision);
}

void WebhookEndpoint::answer(const http::Responder& responder, Received received,
                             http::Response response, std::string_view event,
                             WebhookOutcome outcome) const {
  responder.respond(std::move(response));
  parts_.probe.count(event, outcome);
  parts_.probe.observe_answer(
      std::chrono::duration<double>(std::chrono::steady_clock::now() - received).count());
}

void WebhookEndpoint::publish(const http::Responder& responder, Received received,
                              Publish webhook) const {
  if (webhook.unresolved) log_unresolved(webhook, *webhook.unresolved);
  AwaitedAnswer waiting{responder,
                        webhook.id,
                        std::move(webhook.event),
                        webhook.unresolved ? WebhookOutcome::unresolved : WebhookOutcome::accepted,
                        received,
                        received,
                        &parts_.probe};
  switch (parts_.publisher.publish(webhook, waiting)) {
    case WebhookPublisher::Taken::queued:
      parts_.faults.reached("ingress.queued");
      return;
    case WebhookPublisher::Taken::too_many:
      telemetry::log_warning("webhook.too_many", {{"webhook_id", waiting.id.to_string()}});
      answer(responder, received, answers::too_many(), waiting.event, WebhookOutcome::too_many);
      return;
    case WebhookPublisher::Taken::unavailable:
      telemetry::log_warning("webhook.not_queued", {{"webhook_id", waiting.id.to_string()}});
      answer(responder, received, answers::unavailable(), waiting.event,
             WebhookOutcome::unavailable);
      return;
  }
}

void WebhookEndpoint::log_unresolved(const Publish& webhook,
                                     routing::UnresolvedReason reason) const {
  parts_.probe.count_unresolved(reason);
  // A booking's uid opens the booking to whoever has it, so only Retell's ids are logged.
  const auto correlation =
      provider_ == Provider::retell ? std::string_view(webhook.subject) : std::string_view();
  const auto level = is_alarm(reason) ? telemetry::Level::error : telemetry::Level::warning;
  telemetry::log(level, "webhook.unresolved",
                 {{"provider", to_string(provider_)},
                  {"reason", to_string(reason)},
                  {"correlation_id", correlation},
                  {"webhook_id", webhook.id.to_string()}});
}

}  // namespace hookswitch::ingress
