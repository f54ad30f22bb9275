#pragma once
#include <hookswitch/events/headers.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hookswitch::events {

/// Where a record lies on the bus.
struct Position {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  friend auto operator<=>(const Position&, const Position&) = default;
};

/// One record as read from the bus. The views live as long as the record: `storage` owns their
/// bytes (a librdkafka message, or strings of a fake). Move only.
class InboundRecord {
 public:
  InboundRecord() = default;
  InboundRecord(InboundRecord&&) noexcept = default;
  InboundRecord& operator=(InboundRecord&&) noexcept = default;
  InboundRecord(const InboundRecord&) = delete;
  InboundRecord& operator=(const InboundRecord&) = delete;

  std::string_view topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::int64_t timestamp_ms = 0;  ///< Kafka's record timestamp, UTC epoch milliseconds
  std::string_view key;
  std::optional<std::string_view> value;  ///< nothing: a tombstone
  std::vector<HeaderView> headers;
  std::unique_ptr<void, void (*)(void*)> storage{nullptr, [](void*) {}};

  /// The last header of that name (exact match), or nothing.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const {
    for (auto it = headers.rbegin(); it != headers.rend(); ++it) {
      if (it->name == name) return it->value;
    }
    return std::nullopt;
  }
  [[nodiscard]] Position position() const { return {std::string(topic), partition, offset}; }
};

/// One record to be written to the bus: a value.
struct OutboundRecord {
  std::string topic;
  std::string key;
  std::optional<std::string> value;  ///< nothing: a tombstone
  Headers headers;
  friend bool operator==(const OutboundRecord&, const OutboundRecord&) = default;
};

/// A fake's or a test's way to an InboundRecord that owns its bytes.
[[nodiscard]] InboundRecord make_inbound(const OutboundRecord& record, std::int32_t partition,
                                         std::int64_t offset, std::int64_t timestamp_ms = 0);

}  // namespace hookswitch::events
