#pragma once
#include <hookswitch/events/cloud_event.hpp>
#include <hookswitch/events/record.hpp>
#include <hookswitch/messaging/handler.hpp>

#include <deque>
#include <optional>
#include <string>
#include <vector>

/// Events as call-processing and the directory put them on the bus.
namespace hookswitch::billing::testing {

/// 2026-11-23T08:17:02.650Z, when the calls below ended.
inline constexpr std::int64_t ended_at_ms = 1'795'421'822'650;

/// CallEnded of a connected call; without a length when there is none.
[[nodiscard]] events::OutboundRecord call_ended(const std::string& call_id,
                                                std::optional<std::int64_t> duration_ms = 174'250,
                                                const std::string& tenant = "lindenhof");
[[nodiscard]] events::OutboundRecord call_not_connected(const std::string& call_id,
                                                        const std::string& tenant = "lindenhof");
/// CallCostReported in US dollars.
[[nodiscard]] events::OutboundRecord call_cost(const std::string& call_id, std::int32_t revision,
                                               const std::string& total,
                                               const std::string& tenant = "lindenhof");

struct Version {
  std::int64_t valid_from_ms = 0;
  std::string currency = "EUR";
  std::int64_t per_minute_e6 = 150'000;
  std::int32_t first_s = 60;
  std::int32_t next_s = 60;
};
/// plan/<company>, as the directory writes it: with its version in ce_sequence.
[[nodiscard]] events::OutboundRecord price_plan(const std::string& company, std::int64_t sequence,
                                                const std::vector<Version>& versions);
/// plan/<company>, as `hookswitch tenant apply` has written it: no tenant, no sequence, no
/// versions.
[[nodiscard]] events::OutboundRecord flat_plan(const std::string& company, const Version& version);
/// The tombstone of plan/<company>.
[[nodiscard]] events::OutboundRecord plan_gone(const std::string& company, std::int64_t sequence);

/// `record` with a header set to another value, or taken out.
[[nodiscard]] events::OutboundRecord with_header(events::OutboundRecord record,
                                                 const std::string& name,
                                                 const std::optional<std::string>& value);

/// Deliveries with the records that they point into.
class Batch {
 public:
  Batch() = default;
  Batch(Batch&&) = default;
  /// As read from `partition` of its topic, and as the worker would give it to the handler.
  Batch& add(const events::OutboundRecord& record, std::int32_t partition = 0);
  [[nodiscard]] const std::vector<messaging::Delivery>& deliveries() const { return deliveries_; }

 private:
  std::deque<events::InboundRecord> records_;
  std::vector<messaging::Delivery> deliveries_;
};

/// ce_type of what was emitted, without the package; "refused: code field" or "ignored".
[[nodiscard]] std::vector<std::string> words_of(const std::vector<messaging::Outcome>& outcomes);
/// Everything emitted, in the order in which it goes to the outbox.
[[nodiscard]] std::vector<events::OutboundRecord> emitted(
    const std::vector<messaging::Outcome>& outcomes);
[[nodiscard]] std::string header_of(const events::OutboundRecord& record, const std::string& name);

}  // namespace hookswitch::billing::testing
