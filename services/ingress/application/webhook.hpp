#pragma once
#include "workspace_keys.hpp"

#include <hookswitch/core/fault_port.hpp>
#include <hookswitch/core/result.hpp>
#include <hookswitch/core/time.hpp>
#include <hookswitch/core/uuid.hpp>
#include <hookswitch/events/record.hpp>
#include <hookswitch/routing/directory_index.hpp>
#include <hookswitch/routing/resolution.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace hookswitch::ingress {

/// A webhook as it came through the door; views into the request.
struct IncomingWebhook {
  std::string_view workspace;
  std::string_view body;
  std::string_view signature;     ///< the provider's signature header; empty when there was none
  std::string_view trace_parent;  ///< the header traceparent; empty when there was none
  TimePoint received;
};

/// What is known while one webhook is looked at.
struct Knowledge {
  const KeyRing& keys;
  const routing::DirectoryIndex* directory;  ///< null until the copy has been read to its end
  FaultPort& faults;
};

/// 401. `verdict` is for the log; the sender is told nothing of it.
struct NotGenuine {
  std::string_view verdict;
};
/// 400: genuine, but not JSON or not the provider's shape.
struct Malformed {
  Uuid id;
  Rejection rejection;
};
/// 503: it cannot be said yet whose it is, or whether it is genuine.
struct DirectoryMissing {};
/// 202 without publishing: Cal.com's PING.
struct NothingToPublish {
  Uuid id;
  std::string event;
};
/// Goes to the bus; 202 once it is durable. The value is the body, byte for byte.
struct Publish {
  Uuid id;
  std::string event;
  std::string subject;  ///< call id, chat id or booking uid; may be empty
  std::string_view topic;
  std::string key;
  events::Headers headers;
  std::optional<routing::UnresolvedReason> unresolved;
};
using WebhookDecision =
    std::variant<NotGenuine, Malformed, DirectoryMissing, NothingToPublish, Publish>;

}  // namespace hookswitch::ingress
