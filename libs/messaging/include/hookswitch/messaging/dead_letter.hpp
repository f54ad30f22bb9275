#pragma once
#include <hookswitch/core/time.hpp>
#include <hookswitch/core/uuid.hpp>
#include <hookswitch/events/record.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hookswitch::messaging {

/// Why a message was given up. No personal data: codes, field paths and exception classes only.
struct DeadLetterCause {
  std::string reason;  ///< undecodable, refused, failed, crashed
  std::string error;
  int attempts = 1;
  TimePoint first_failed_at;
};

/// Where a message was first published: its own position, or for a record of a retry topic what its
/// dlq_ headers say.
struct Origin {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  /// A replayed record without usable dlq_partition and dlq_offset stands for itself: partition and
  /// offset are then those of the retry topic.
  bool known = true;
};

/// Pure. `service` as in the topics' names.
[[nodiscard]] Origin origin_of(const events::InboundRecord& record, std::string_view service);

/// The inbox id: ce_id, or for a record without a valid one UUIDv5 of its origin. Pure.
[[nodiscard]] Uuid message_id(const events::InboundRecord& record, const Origin& origin);

/// The record for `<topic>.<service>.dlq`: key, value and headers kept, dlq_ headers of an earlier
/// round replaced (except dlq_first_failed_at, which stays). Pure.
[[nodiscard]] events::OutboundRecord dead_letter(const events::InboundRecord& record,
                                                 const Origin& origin, std::string_view service,
                                                 std::string_view build,
                                                 const DeadLetterCause& cause);

}  // namespace hookswitch::messaging
