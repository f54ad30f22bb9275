#include "application/unresolved_webhooks.hpp"

#include <hookswitch/events/topics.hpp>
#include <hookswitch/routing/calcom_body.hpp>
#include <hookswitch/routing/retell_body.hpp>

#include <utility>
#include <variant>

namespace hookswitch::directory {
namespace {

using Facts = std::variant<routing::RetellFacts, routing::CalcomFacts>;

Result<Facts> facts_of(const UnresolvedWebhook& webhook) {
  if (webhook.provider == "retell") {
    auto facts = routing::read_retell_body(webhook.body);
    if (!facts) return facts.error();
    return Facts(*std::move(facts));
  }
  auto facts = routing::read_calcom_body(webhook.body);
  if (!facts) return facts.error();
  return Facts(*std::move(facts));
}

void add_entities(const routing::RetellFacts& facts, std::set<EntityKey>& entities) {
  entities.insert({Kind::number, facts.to_number});
  entities.insert({Kind::number, facts.from_number});
  entities.insert({Kind::agent, facts.agent_id});
}

void add_entities(const routing::CalcomFacts& facts, std::set<EntityKey>& entities) {
  if (facts.event_type_id) {
    entities.insert({Kind::event_type, std::to_string(*facts.event_type_id)});
  }
  if (facts.organizer_id) {
    entities.insert({Kind::organizer, std::to_string(*facts.organizer_id)});
  }
}

template <class Provided, class... Received>
Verdict verdict_of(const Provided& facts, const UnresolvedWebhook& webhook,
                   const routing::DirectoryIndex& index, const Received&... received) {
  const WorkspaceId workspace(webhook.workspace);
  const auto resolution = routing::resolve(facts, workspace, received..., index);
  if (const auto* resolved = std::get_if<routing::Resolved>(&resolution)) {
    return GivenBack{webhook.id, resolved->tenant, record_for(resolved->tenant, webhook)};
  }
  const auto* unresolved = std::get_if<routing::Unresolved>(&resolution);
  return StillWaiting{
      webhook.id,
      unresolved != nullptr ? std::string(to_string(unresolved->reason)) : webhook.reason,
      routing::waits_for(facts, workspace, received..., index)};
}

Verdict verdict_of(const Result<Facts>& facts, const UnresolvedWebhook& webhook,
                   const routing::DirectoryIndex& index) {
  if (!facts) throw UnreadableWebhook(facts.error().code);
  if (const auto* retell = std::get_if<routing::RetellFacts>(&*facts)) {
    return verdict_of(*retell, webhook, index, webhook.received);
  }
  return verdict_of(std::get<routing::CalcomFacts>(*facts), webhook, index);
}

}  // namespace

Result<void> check_body(const UnresolvedWebhook& webhook) {
  const auto facts = facts_of(webhook);
  if (!facts) return facts.error();
  return {};
}

events::OutboundRecord record_for(const TenantId& company, const UnresolvedWebhook& webhook) {
  events::OutboundRecord record;
  if (webhook.provider == "retell") {
    record.topic = events::topics::webhooks_retell;
  } else {
    record.topic = events::topics::webhooks_calcom;
  }
  record.key = webhook.key;
  record.value = webhook.body;
  record.headers = webhook.headers;
  // A replayed dead letter says where it died; that is over.
  record.headers.erase_if([](events::HeaderView header) {
    return header.name == "unresolved_reason" || header.name.starts_with("dlq_");
  });
  record.headers.add("ce_tenantid", company.str());
  return record;
}

std::vector<Verdict> look_again(UnresolvedStore& store,
                                const std::vector<UnresolvedWebhook>& webhooks) {
  std::vector<Result<Facts>> facts;
  std::set<EntityKey> entities;
  for (const auto& webhook : webhooks) {
    facts.push_back(facts_of(webhook));
    if (!facts.back()) continue;
    std::visit([&](const auto& one) { add_entities(one, entities); }, *facts.back());
    entities.insert({Kind::workspace, webhook.workspace});
  }
  const auto index = store.index_of(entities);
  std::vector<Verdict> verdicts;
  std::vector<GivenBack> given_back;
  std::vector<StillWaiting> waiting;
  for (std::size_t i = 0; i < webhooks.size(); ++i) {
    verdicts.push_back(verdict_of(facts[i], webhooks[i], index));
    if (const auto* given = std::get_if<GivenBack>(&verdicts.back())) {
      given_back.push_back(*given);
    } else {
      waiting.push_back(std::get<StillWaiting>(verdicts.back()));
    }
  }
  store.give_back(given_back);
  store.keep(waiting);
  return verdicts;
}

}  // namespace hookswitch::directory
