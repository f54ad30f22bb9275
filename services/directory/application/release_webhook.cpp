#include "application/unresolved_webhooks.hpp"

#include <utility>

namespace hookswitch::directory {
namespace {

Outcome<TenantId> by_the_rules(UnresolvedStore& store, const UnresolvedWebhook& webhook) {
  const auto verdict = look_again(store, {webhook}).front();
  if (const auto* given = std::get_if<GivenBack>(&verdict)) return given->company;
  const auto& reason = std::get<StillWaiting>(verdict).reason;
  return Refusal{Refusal::Why::conflict, "It is nobody's yet: " + reason, {}};
}

}  // namespace

Outcome<TenantId> release_webhook(UnresolvedStore& store, const Uuid& id,
                                  const std::optional<TenantId>& company) {
  const auto webhook = store.find(id);
  if (!webhook) return Refusal{Refusal::Why::not_found, "", {}};
  if (!company) return by_the_rules(store, *webhook);
  const auto index =
      store.index_of({{Kind::company, company->str()}, {Kind::workspace, webhook->workspace}});
  if (!index.has_company(*company)) {
    return Refusal{
        Refusal::Why::invalid, "", {{"/company_id", "there is no company " + company->str()}}};
  }
  if (!index.may_speak_for(WorkspaceId(webhook->workspace), *company)) {
    return Refusal{Refusal::Why::conflict,
                   "",
                   {{"/company_id", "the webhook's workspace may not speak for it"}}};
  }
  store.give_back({{id, *company, record_for(*company, *webhook)}});
  return *company;
}

}  // namespace hookswitch::directory
