#include "adapters/call_batch_handler.hpp"

#include "adapters/event_mapping.hpp"
#include "adapters/webhook_facts.hpp"

#include <map>
#include <utility>

namespace hookswitch::call_processing {
namespace {

using messaging::Delivery;
using messaging::Handled;
using messaging::Ignored;
using messaging::Outcome;
using messaging::Refused;

/// A delivery that is to be applied: what it says, by which use case, and where its outcome goes.
struct Work {
  std::size_t place = 0;
  UseCase use_case = nullptr;
  CallWebhook webhook;
};

/// A call of this batch, or why it cannot be had.
struct OpenCall {
  Result<Call> call;
  std::vector<Emission> told;
};

UseCase use_case_for(std::span<const Subscription> subscriptions, const Delivery& delivery) {
  for (const auto& line : subscriptions) {
    if (line.topic == delivery.topic && line.event == delivery.envelope.event) return line.use_case;
  }
  return nullptr;
}

Result<CallWebhook> read(const Delivery& delivery, const WebhookProbe& probe) {
  if (!delivery.record->value) return Rejection{"no_value", "", "a webhook has a body"};
  IgnoredFields ignored;
  auto webhook = webhook_facts(*delivery.record->value, delivery.envelope, ignored);
  for (const auto& field : ignored) probe.fields_ignored(field).add();
  return webhook;
}

/// Reads every delivery; what is ignored or refused has its outcome already.
std::vector<Work> read_all(std::span<const Subscription> subscriptions,
                           std::span<const Delivery> deliveries, const WebhookProbe& probe,
                           std::vector<Outcome>& outcomes) {
  std::vector<Work> work;
  work.reserve(deliveries.size());
  for (std::size_t place = 0; place < deliveries.size(); ++place) {
    const auto use_case = use_case_for(subscriptions, deliveries[place]);
    if (use_case == nullptr) continue;
    auto webhook = read(deliveries[place], probe);
    if (webhook) {
      work.push_back({place, use_case, *std::move(webhook)});
    } else {
      outcomes[place] = Refused{webhook.error()};
    }
  }
  return work;
}

/// Opens the calls in key order; a new one belongs to the tenant that speaks of it first.
std::map<CallId, OpenCall> open_calls(CallStore& store, const std::vector<Work>& work,
                                      TimePoint now) {
  std::map<CallId, TenantId> tenants;
  for (const auto& one : work) tenants.try_emplace(one.webhook.call_id, one.webhook.tenant);
  std::vector<CallKey> keys;
  keys.reserve(tenants.size());
  for (const auto& [call_id, tenant] : tenants) keys.push_back({call_id, tenant});
  auto opened = store.open(keys, now);
  std::map<CallId, OpenCall> calls;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    calls.emplace_hint(calls.end(), keys[i].call_id, OpenCall{std::move(opened[i]), {}});
  }
  return calls;
}

Outcome apply(const Work& work, OpenCall& open, const Delivery& delivery) {
  if (!open.call) return Refused{open.call.error()};
  auto told = work.use_case(*open.call, work.webhook);
  if (!told) return Refused{told.error()};
  Handled handled;
  for (auto& emission : *told) {
    handled.emitted.push_back(to_record(emission, work.webhook, delivery.envelope));
    open.told.push_back(std::move(emission));
  }
  return handled;
}

}  // namespace

void CallBatchHandler::foresee(std::span<const events::Envelope* const> envelopes) {
  std::vector<CallId> calls;
  calls.reserve(envelopes.size());
  for (const auto* envelope : envelopes) {
    if (!envelope->subject.empty()) calls.emplace_back(envelope->subject);
  }
  store_->foresee(calls);
}

std::vector<Outcome> CallBatchHandler::handle(std::span<const Delivery> deliveries, TimePoint now) {
  std::vector<Outcome> outcomes(deliveries.size(), Ignored{});
  const auto work = read_all(subscriptions_, deliveries, probe_, outcomes);
  if (work.empty()) return outcomes;
  auto calls = open_calls(*store_, work, now);
  for (const auto& one : work) {
    outcomes[one.place] = apply(one, calls.at(one.webhook.call_id), deliveries[one.place]);
  }
  std::vector<ChangedCall> changed;
  for (auto& [call_id, open] : calls) {
    if (open.call && open.call->changed()) changed.push_back({&*open.call, std::move(open.told)});
  }
  if (!changed.empty()) store_->save(changed);
  return outcomes;
}

}  // namespace hookswitch::call_processing
