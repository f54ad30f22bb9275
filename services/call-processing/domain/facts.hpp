#pragma once
#include "domain/analysis.hpp"
#include "domain/cost.hpp"
#include "domain/source.hpp"

#include <hookswitch/core/strong_id.hpp>
#include <hookswitch/core/time.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hookswitch::call_processing {

/// registered, ongoing, not_connected, ended, error; others pass through.
using CallStatus = StrongId<struct CallStatusTag>;

/// The facts that are merged one by one. Vocabularies are open: an unknown word passes through
/// unchanged.
template <template <class> class Slot>
struct FactSheet {
  Slot<std::string> call_type;
  Slot<std::string> direction;
  Slot<CallStatus> status;
  Slot<std::string> agent_id;
  Slot<std::int64_t> agent_version;
  Slot<std::string> from_number;
  Slot<std::string> to_number;
  Slot<TimePoint> started_at;
  Slot<TimePoint> ended_at;
  Slot<TimePoint> transfer_ended_at;
  Slot<Milliseconds> duration;
  Slot<std::string> disconnection_reason;
  Slot<std::string> recording_url;
  Slot<std::string> recording_multi_channel_url;
  friend bool operator==(const FactSheet&, const FactSheet&) = default;
};

/// Calls `visit(member_of_each_sheet…)` for every fact, always in the same order (the store's
/// columns rely on it).
template <class Visit, class... Sheets>
void for_each_fact(Visit&& visit, Sheets&&... sheets) {
  visit(sheets.call_type...);
  visit(sheets.direction...);
  visit(sheets.status...);
  visit(sheets.agent_id...);
  visit(sheets.agent_version...);
  visit(sheets.from_number...);
  visit(sheets.to_number...);
  visit(sheets.started_at...);
  visit(sheets.ended_at...);
  visit(sheets.transfer_ended_at...);
  visit(sheets.duration...);
  visit(sheets.disconnection_reason...);
  visit(sheets.recording_url...);
  visit(sheets.recording_multi_channel_url...);
}

template <class T>
using Said = std::optional<T>;
template <class T>
using Known = std::optional<Sourced<T>>;

struct ReportedCost {
  Cost cost;
  ContentDigest digest;  ///< of canonical_text(cost)
};
struct ReportedAnalysis {
  Analysis analysis;
  ContentDigest digest;
};

/// One webhook about a call, neutral of how it came.
struct CallWebhook {
  Uuid id;
  CallId call_id;
  TenantId tenant;
  std::int64_t event_timestamp_ms = 0;  ///< 0: the body has none
  TimePoint received_at;
  FactSheet<Said> facts;
  std::optional<ReportedCost> cost;
  std::optional<ReportedAnalysis> analysis;
  /// The transcript's JSON exactly as sent. A view into the delivery, as long as its batch lasts:
  /// it is the bulk of a webhook and only passed on.
  std::optional<std::string_view> transcript_json;
};

}  // namespace hookswitch::call_processing
