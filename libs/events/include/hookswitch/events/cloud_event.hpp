#pragma once
#include <hookswitch/core/result.hpp>
#include <hookswitch/core/strong_id.hpp>
#include <hookswitch/core/time.hpp>
#include <hookswitch/core/uuid.hpp>
#include <hookswitch/events/record.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hookswitch::events {

/// The CloudEvents 1.0 attributes of an event on our bus, Kafka binding, binary mode (design.md
/// §4).
struct Envelope {
  Uuid id;
  std::string source;   ///< one fixed value a service: "hookswitch/call-processing"
  std::string type;     ///< "hookswitch.calls.v1.CallEnded"
  TimePoint time;       ///< raw webhook: received; domain event: when it happened
  std::string subject;  ///< the aggregate: the call id
  std::string data_schema;
  std::string content_type;  ///< application/json or application/protobuf
  std::optional<TenantId> tenant;
  std::string correlation_id;            ///< the call, or empty
  std::optional<Uuid> causation_id;      ///< the event that caused this one
  std::optional<std::int64_t> sequence;  ///< the aggregate's version
  std::string trace_parent;              ///< W3C, or empty
  // Raw webhooks only:
  std::string provider;  ///< "retell" or "calcom"
  std::string event;     ///< "call_ended", "BOOKING_CREATED"
  std::string workspace;
  friend bool operator==(const Envelope&, const Envelope&) = default;
};

inline constexpr std::string_view webhook_accepted_type = "hookswitch.webhooks.v1.WebhookAccepted";

/// The headers of an envelope, absent attributes left out. Pure.
[[nodiscard]] Headers to_headers(const Envelope& envelope);

/// Reads an envelope back; unknown headers are ignored. A Rejection names the header that is
/// missing or malformed ("ce_id"); code "not_a_cloud_event". Pure.
[[nodiscard]] Result<Envelope> envelope_of(const InboundRecord& record);

/// Same bytes, same webhook (design.md §5.1): UUIDv5 of provider, workspace and SHA-256 of the raw
/// bytes. `body_sha256` is the 32 raw digest bytes.
[[nodiscard]] Uuid webhook_id(std::string_view provider, const WorkspaceId& workspace,
                              std::string_view body_sha256);

/// The id of a domain event: UUIDv5 of aggregate and type and, for what can be revised, a digest of
/// the revision's content (empty for what happens once; docs/decisions/0004).
[[nodiscard]] Uuid domain_event_id(std::string_view aggregate, std::string_view type,
                                   std::string_view revision_content_digest);

}  // namespace hookswitch::events
