#include "adapters/batch_reading.hpp"

#include "adapters/webhook_facts.hpp"

#include <hookswitch/events/topics.hpp>

#include <map>
#include <optional>
#include <string>
#include <utility>

namespace hookswitch::booking {
namespace {

constexpr std::size_t id_bytes_max = 256;

const Subscription* line_for(std::span<const Subscription> subscriptions, std::string_view topic,
                             std::string_view event) {
  for (const auto& line : subscriptions) {
    if (line.topic == topic && line.event == event) return &line;
  }
  return nullptr;
}

Result<BookingWebhook> read(std::string_view body, const events::Envelope& envelope,
                            const WebhookProbe& probe) {
  IgnoredFields ignored;
  auto webhook = webhook_facts(body, envelope, ignored);
  for (const auto& field : ignored) probe.fields_ignored(field).add();
  return webhook;
}

std::string_view body_of(const messaging::Delivery& delivery) {
  return delivery.record->value.value_or("");
}

Result<HeardCall> heard_call(const events::Envelope& envelope) {
  if (!envelope.tenant) return Rejection{"no_tenant", "ce_tenantid", "is missing"};
  if (envelope.subject.empty() || envelope.subject.size() > id_bytes_max) {
    return Rejection{"not_a_call", "ce_subject", "is no call's id"};
  }
  return HeardCall{envelope.id, *envelope.tenant, CallId(envelope.subject), envelope.time};
}

/// One pass over the deliveries; those without a tenant are put off to the end.
class Reading {
 public:
  Reading(std::span<const Subscription> subscriptions, const WebhookProbe& probe)
      : subscriptions_(subscriptions), probe_(probe) {}

  void read(std::size_t place, const messaging::Delivery& delivery) {
    if (delivery.topic == events::topics::webhooks_calcom) {
      read_webhook(place, delivery);
      return;
    }
    const auto* line = line_for(subscriptions_, delivery.topic, delivery.envelope.type);
    const auto* use_case = line != nullptr ? std::get_if<CallUseCase>(&line->use_case) : nullptr;
    if (use_case == nullptr) return;
    auto call = heard_call(delivery.envelope);
    if (call) {
      made_.calls.push_back({place, *use_case, *std::move(call)});
    } else {
      made_.refused.emplace_back(place, call.error());
    }
  }

  BatchReading take() {
    for (auto& one : tenantless_) {
      const auto claim = claim_of_.find({one.delivery->envelope.workspace, one.uid});
      if (claim != claim_of_.end()) {
        add(one.place, *one.delivery, std::move(one.webhook), one.uid,
            made_.claims[claim->second].tenant);
      } else {
        const auto& envelope = one.delivery->envelope;
        made_.waiting_places.push_back(one.place);
        made_.waiting.push_back({envelope.id, envelope.workspace, one.uid, envelope.event,
                                 envelope.time, std::string(body_of(*one.delivery))});
      }
    }
    return std::move(made_);
  }

 private:
  struct Tenantless {
    std::size_t place = 0;
    const messaging::Delivery* delivery = nullptr;
    std::optional<BookingWebhook> webhook;
    BookingUid uid;
  };

  void read_webhook(std::size_t place, const messaging::Delivery& delivery) {
    const auto& envelope = delivery.envelope;
    if (!delivery.record->value) {
      made_.refused.emplace_back(place, Rejection{"no_value", "", "a webhook has a body"});
      return;
    }
    std::optional<BookingWebhook> webhook;
    BookingUid uid(envelope.subject.size() <= id_bytes_max ? envelope.subject : "");
    if (line_for(subscriptions_, delivery.topic, envelope.event) != nullptr) {
      auto facts = booking::read(body_of(delivery), envelope, probe_);
      if (!facts) {
        made_.refused.emplace_back(place, facts.error());
        return;
      }
      // Its tenant is looked up by the subject, before anybody reads the body.
      if (!envelope.tenant && facts->uid.str() != envelope.subject) {
        made_.refused.emplace_back(
            place, Rejection{"not_the_subject", "ce_subject", "is not the booking of the body"});
        return;
      }
      uid = facts->uid;
      webhook = *std::move(facts);
    }
    if (!envelope.tenant) {
      // Of no booking and of nobody: there is nothing to keep it by.
      if (!uid.empty()) tenantless_.push_back({place, &delivery, std::move(webhook), uid});
      return;
    }
    if (!uid.empty()) {
      const std::pair key(envelope.workspace, uid);
      if (claim_of_.emplace(key, made_.claims.size()).second) {
        made_.claims.push_back({envelope.workspace, uid, *envelope.tenant});
        made_.claim_places.push_back(place);
      }
    }
    add(place, delivery, std::move(webhook), uid, *envelope.tenant);
  }

  void add(std::size_t place, const messaging::Delivery& delivery,
           std::optional<BookingWebhook> webhook, const BookingUid& uid, const TenantId& tenant) {
    const auto& envelope = delivery.envelope;
    if (!webhook) {
      made_.kept.push_back(
          {envelope.id, tenant, uid, envelope.event, envelope.time, body_of(delivery)});
      return;
    }
    webhook->tenant = tenant;
    webhook->lane = {delivery.input.topic, delivery.input.partition};
    const auto* line = line_for(subscriptions_, delivery.topic, envelope.event);
    made_.webhooks.push_back({place, std::get<UseCase>(line->use_case), *std::move(webhook)});
  }

  std::span<const Subscription> subscriptions_;
  const WebhookProbe& probe_;
  BatchReading made_;
  std::vector<Tenantless> tenantless_;
  std::map<std::pair<std::string, BookingUid>, std::size_t> claim_of_;
};

}  // namespace

BatchReading read_batch(std::span<const Subscription> subscriptions,
                        std::span<const messaging::Delivery> deliveries,
                        const WebhookProbe& probe) {
  Reading reading(subscriptions, probe);
  for (std::size_t place = 0; place < deliveries.size(); ++place) {
    reading.read(place, deliveries[place]);
  }
  return reading.take();
}

void read_waited(const WaitingWebhook& waited, std::size_t claim,
                 std::span<const messaging::Delivery> deliveries,
                 std::span<const Subscription> subscriptions, const WebhookProbe& probe,
                 BatchReading& reading) {
  const auto place = reading.claim_places[claim];
  events::Envelope envelope;
  envelope.id = waited.id;
  envelope.tenant = reading.claims[claim].tenant;
  envelope.time = waited.received_at;
  envelope.event = waited.event;
  if (const auto* line = line_for(subscriptions, events::topics::webhooks_calcom, waited.event)) {
    if (auto webhook = read(waited.body, envelope, probe)) {
      webhook->lane = {deliveries[place].input.topic, deliveries[place].input.partition};
      reading.webhooks.push_back({place, std::get<UseCase>(line->use_case), *std::move(webhook)});
      return;
    }
  }
  reading.kept.push_back(
      {waited.id, *envelope.tenant, waited.uid, waited.event, waited.received_at, waited.body});
}

}  // namespace hookswitch::booking
