#pragma once
#include <hookswitch/messaging/consumer_machine.hpp>
#include <hookswitch/messaging/dead_letter.hpp>
#include <hookswitch/messaging/handler.hpp>
#include <hookswitch/messaging/ports.hpp>
#include <hookswitch/messaging/worker_options.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace hookswitch::messaging {

/// Small numbers for the partitions that this worker has met; valid for its life.
class PartitionTable {
 public:
  std::uint32_t number(std::string_view topic, std::int32_t partition);
  [[nodiscard]] const InputPartition& at(std::uint32_t number) const { return partitions_[number]; }
  void clear() { partitions_.clear(); }

 private:
  std::vector<InputPartition> partitions_;  // a dozen or two: a scan is the fastest map
};

/// One record of the batch in hand.
struct Item {
  events::InboundRecord record;
  std::uint32_t partition = 0;  ///< where it was read
  std::uint32_t input =
      0;  ///< whose owner publishes what it causes: the original partition of a replayed record
  Uuid id;
  bool replayed = false;
  bool repeated = false;  ///< another item of the batch stands for the same id
};

/// The records in hand and what a transaction about (some of) them has come to. All but the calls
/// into the store: pure.
class Batch {
 public:
  Batch(std::string service, std::string build, TenantOf tenant_of = {})
      : service_(std::move(service)), build_(std::move(build)), tenant_of_(std::move(tenant_of)) {}

  void add(events::InboundRecord record);
  void clear();
  [[nodiscard]] std::size_t size() const { return items_.size(); }
  [[nodiscard]] const Item& item(std::size_t index) const { return items_[index]; }
  [[nodiscard]] const PartitionTable& partitions() const { return table_; }
  [[nodiscard]] std::vector<std::uint32_t> partition_numbers() const;
  /// The earliest time stamp of its records. There is one.
  [[nodiscard]] TimePoint oldest() const;
  [[nodiscard]] events::Position position(std::size_t item) const {
    return items_[item].record.position();
  }
  /// The next offsets to read after the first `items` records.
  [[nodiscard]] std::vector<NextOffset> next_offsets(std::size_t items) const;

  // One transaction, in this order.
  /// Decodes the envelopes of the scope's messages (a survey needs none).
  void begin(const Scope& scope);
  /// Those that could be read. Valid until admitted().
  [[nodiscard]] std::vector<const events::Envelope*> readable() const;
  /// Those that name no tenant. Valid until the next begin().
  [[nodiscard]] std::vector<const events::Envelope*> tenantless() const;
  /// Answers for tenantless(): from here on the owned ones are as if they had named their tenant.
  void belong_to(const std::vector<std::optional<TenantId>>& owners);
  /// The tenants of the scope's messages.
  [[nodiscard]] std::vector<TenantId> tenants() const;
  [[nodiscard]] std::vector<InboxEntry> inbox_entries() const;
  /// The scope's new messages; answers for inbox_entries().
  const std::vector<std::size_t>& admitted(const std::vector<bool>& flags);
  /// The new messages that have a good envelope.
  [[nodiscard]] std::span<const Delivery> deliveries() const { return deliveries_; }
  /// Takes the handler's answers; throws std::logic_error unless there is one for each delivery.
  void handled(std::vector<Outcome> outcomes);
  /// What the transaction writes: emitted events and dead letters, in the order of the messages.
  /// Throws std::length_error for an event of more than `bytes_max`.
  [[nodiscard]] std::vector<OutboxRow> outbox_rows(const Scope& scope, std::size_t bytes_max,
                                                   TimePoint now);
  /// The ids that outbox_rows() made dead letters of.
  [[nodiscard]] const std::vector<Uuid>& dead() const { return dead_; }
  /// What became of each new message, for metrics: event and outcome.
  [[nodiscard]] std::vector<std::pair<std::string_view, std::string_view>> account() const;
  [[nodiscard]] const std::vector<std::string>& dead_reasons() const { return dead_reasons_; }

 private:
  struct Verdict {
    std::size_t item;
    std::optional<std::size_t> delivery;  ///< nothing: undecodable
    std::string error;
  };
  void bury(const Item& item, const DeadLetterCause& cause, std::vector<OutboxRow>& rows);

  std::string service_;
  std::string build_;
  TenantOf tenant_of_;
  PartitionTable table_;
  std::vector<Item> items_;
  std::unordered_map<Uuid, std::size_t> by_id_;
  std::vector<std::size_t> scope_items_;
  std::vector<Result<events::Envelope>> envelopes_;  ///< of scope_items_
  std::vector<std::size_t> admitted_;
  std::vector<Verdict> verdicts_;  ///< of admitted_
  std::vector<Delivery> deliveries_;
  std::vector<Outcome> outcomes_;
  std::vector<Uuid> dead_;
  std::vector<std::string> dead_reasons_;
};

/// The error code of a refusal or an exception, without values: "missing_field: /call/call_id",
/// "std::out_of_range".
[[nodiscard]] std::string error_code_of(const Rejection& rejection);
[[nodiscard]] std::string error_code_of(const std::exception& error);

}  // namespace hookswitch::messaging
