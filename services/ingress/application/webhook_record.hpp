#pragma once
#include "webhook.hpp"

#include <hookswitch/routing/resolution.hpp>
#include <hookswitch/signing/digest.hpp>

#include <string>
#include <string_view>

namespace hookswitch::ingress {

/// A verified webhook, ready to become a record.
struct VerifiedWebhook {
  std::string_view provider;        ///< "retell" or "calcom"
  std::string_view provider_topic;  ///< where it goes when its tenant is known, or need not be
  std::string event;
  std::string subject;  ///< call id, chat id or booking uid; may be empty
  std::string correlation_id;
  std::string key;  ///< of the record; empty: the webhook's id
  signing::Digest body_digest{};
  Uuid id;
};

/// Same provider, workspace and bytes, same webhook (design.md §5.1).
[[nodiscard]] Uuid id_of(std::string_view provider, std::string_view workspace,
                         const signing::Digest& body_digest);

/// The record with its CloudEvents headers; unresolved ones go to their own topic with
/// `unresolved_reason`. Pure.
[[nodiscard]] Publish record_of(VerifiedWebhook verified, const IncomingWebhook& webhook,
                                const routing::Resolution& resolution);

}  // namespace hookswitch::ingress
