#pragma once
#include "application/use_cases.hpp"

#include <hookswitch/core/result.hpp>
#include <hookswitch/core/uuid.hpp>
#include <hookswitch/events/record.hpp>
#include <hookswitch/routing/directory_index.hpp>
#include <hookswitch/routing/resolution.hpp>

#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

/// Webhooks of which ingress could not say whose they are, and how they get an owner
/// (docs/decisions/0045).
namespace hookswitch::directory {

/// One that waits, as ingress put it on the bus. Its body is people's words: for no log.
struct UnresolvedWebhook {
  Uuid id;               ///< ce_id
  std::string provider;  ///< "retell" or "calcom"
  std::string event;
  std::string workspace;
  std::string reason;  ///< of routing::UnresolvedReason
  TimePoint received;
  std::string key;  ///< of the record
  events::Headers headers;
  std::string body;
};

/// It has an owner: the record goes out and it does not wait any more.
struct GivenBack {
  Uuid id;
  TenantId company;
  events::OutboundRecord record;
};

/// It waits on.
struct StillWaiting {
  Uuid id;
  std::string reason;
  std::vector<std::string> waits_for;  ///< entities' keys: see routing::waits_for()
};

using Verdict = std::variant<GivenBack, StillWaiting>;

/// What waits, and what decides about it, inside one transaction that sees every company and is
/// alone (docs/decisions/0041). Throws what its store throws.
class UnresolvedStore {
 public:
  virtual ~UnresolvedStore() = default;

  /// The directory as far as these entities are concerned, and the companies that they name.
  [[nodiscard]] virtual routing::DirectoryIndex index_of(const std::set<EntityKey>& entities) = 0;
  [[nodiscard]] virtual std::optional<UnresolvedWebhook> find(const Uuid& id) = 0;
  virtual void give_back(const std::vector<GivenBack>& webhooks) = 0;
  virtual void keep(const std::vector<StillWaiting>& webhooks) = 0;
};

/// A Rejection when routing can make nothing of its body. Pure.
[[nodiscard]] Result<void> check_body(const UnresolvedWebhook& webhook);

/// The record as it would have gone out had its owner been known: same key, bytes and headers on
/// the provider's topic, with ce_tenantid and without the reason. Pure.
[[nodiscard]] events::OutboundRecord record_for(const TenantId& company,
                                                const UnresolvedWebhook& webhook);

/// This version cannot read what the one that took it could. To be tried again by the next one.
struct UnreadableWebhook : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Asks again whose each is, by ingress' rules (libs/routing): those that have an owner are given
/// back, the others wait for what may change their answer. One verdict each, carried out. Throws
/// UnreadableWebhook when one of them is, and carries out nothing.
std::vector<Verdict> look_again(UnresolvedStore& store,
                                const std::vector<UnresolvedWebhook>& webhooks);

/// One webhook, now: to its owner by the rules; or to `company`, whatever they say of number, agent
/// and event type, if the webhook's workspace may speak for it. Whom it was given to; not_found
/// when it does not wait.
[[nodiscard]] Outcome<TenantId> release_webhook(UnresolvedStore& store, const Uuid& id,
                                                const std::optional<TenantId>& company);

}  // namespace hookswitch::directory
