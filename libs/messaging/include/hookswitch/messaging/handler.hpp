#pragma once
#include <hookswitch/core/result.hpp>
#include <hookswitch/core/time.hpp>
#include <hookswitch/events/cloud_event.hpp>
#include <hookswitch/events/record.hpp>

#include <compare>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// What a service gives to the consumer loop: the runtime opens the transaction, says what
/// may come, drops what the inbox knows, and calls the handler once a batch. The handler never
/// commits, never publishes, never calls out (design.md §5.3, §5.7, §5.8).
namespace hookswitch::messaging {

/// A partition of an input topic: who owns it publishes the outbox rows that carry it.
struct InputPartition {
  std::string topic;
  std::int32_t partition = 0;
  friend auto operator<=>(const InputPartition&, const InputPartition&) = default;
};

/// A message that the inbox has not seen, its envelope decoded. Lives as long as the batch.
struct Delivery {
  const events::InboundRecord* record = nullptr;
  events::Envelope envelope;  ///< its tenant from WorkerOptions::tenant_of when no header says it
  std::string_view
      topic;  ///< where it was first published, also when it comes back through the retry topic
  InputPartition input{};  ///< whose owner publishes what the message causes
};

/// An event that the owner of another partition publishes than that of the message that caused it.
struct EmittedElsewhere {
  InputPartition input;
  events::OutboundRecord record;
};
/// State has changed or not; these events go to the outbox, in this order.
struct Handled {
  std::vector<events::OutboundRecord> emitted;
  /// Of aggregates whose other events carry another partition: one publisher for an aggregate, or
  /// nobody keeps its order.
  std::vector<EmittedElsewhere> elsewhere = {};
};
/// Not for this service (an event it does not subscribe to): remembered as seen, nothing else.
struct Ignored {};
/// Impossible, now and later: dead letter at once.
struct Refused {
  Rejection rejection;
};
using Outcome = std::variant<Handled, Ignored, Refused>;

/// A service's side of one transaction. Made anew for each; used by the worker's thread only.
class BatchHandler {
 public:
  virtual ~BatchHandler() = default;

  /// Before handle(), or not at all: these are what the inbox is about to be asked about, the
  /// repeated among them. Here a handler may ask (postgres::Transaction::ask) what handle() is
  /// likely to need; it goes out behind that question, in one round trip. Nothing may be written,
  /// nothing be sent. The envelopes live until it returns. What it throws is as if handle() threw
  /// it.
  virtual void foresee(std::span<const events::Envelope* const> /*envelopes*/) {}

  /// Loads and locks the aggregates of all deliveries in key order, applies the deliveries in their
  /// order, saves what changed. One outcome for each delivery, in the same order. Deliveries may be
  /// of several tenants (the transaction's). A refused delivery leaves no change. Throws what the
  /// store throws (postgres::Unavailable, Conflict: the batch is tried again); any other exception
  /// isolates the batch's messages from each other. So does what the store says of queued writes
  /// when they are sent.
  virtual std::vector<Outcome> handle(std::span<const Delivery> deliveries, TimePoint now) = 0;
};

}  // namespace hookswitch::messaging
