#pragma once
#include "domain/analysis.hpp"
#include "domain/cost.hpp"
#include "domain/source.hpp"

#include <hookswitch/core/time.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

/// What the aggregate tells. The same names as in proto-schemas/hookswitch/calls/v1.
namespace hookswitch::call_processing {

/// Who talked with whom, as known when the event was told.
struct Parties {
  std::string call_type;
  std::string direction;
  std::string agent_id;
  std::optional<std::int64_t> agent_version;
  std::optional<std::string> from_number;
  std::optional<std::string> to_number;
  friend bool operator==(const Parties&, const Parties&) = default;
};

struct CallStarted {
  Parties parties;
  TimePoint started_at;
  friend bool operator==(const CallStarted&, const CallStarted&) = default;
};
struct CallEnded {
  Parties parties;
  std::optional<TimePoint> started_at;
  std::optional<TimePoint> ended_at;
  std::optional<Milliseconds> duration;
  std::string disconnection_reason;
  std::string call_status;
  friend bool operator==(const CallEnded&, const CallEnded&) = default;
};
struct CallNotConnected {
  Parties parties;
  std::optional<TimePoint> attempted_at;
  std::optional<TimePoint> ended_at;
  std::string disconnection_reason;
  friend bool operator==(const CallNotConnected&, const CallNotConnected&) = default;
};

/// Which of the contents told so far a revision is.
struct Revision {
  std::int32_t number = 1;  ///< 1, 2, 3 … as told for this call
  ContentDigest digest;
  /// This content was told before, then another one: the event needs an id of its own, or
  /// subscribers that drop repeated ids would stay with the other one.
  bool returned = false;
  friend bool operator==(const Revision&, const Revision&) = default;
};
struct CallAnalyzed {
  Revision revision;
  Analysis analysis;
  friend bool operator==(const CallAnalyzed&, const CallAnalyzed&) = default;
};
struct CallCostReported {
  Revision revision;
  Cost cost;
  friend bool operator==(const CallCostReported&, const CallCostReported&) = default;
};

using CallEvent =
    std::variant<CallStarted, CallEnded, CallNotConnected, CallAnalyzed, CallCostReported>;

/// An event with its place in the aggregate's history.
struct Emission {
  std::int64_t sequence = 0;  ///< the aggregate's version after it: 1, 2, 3 …
  Uuid cause;                 ///< the webhook that made it be told
  CallEvent event;
  friend bool operator==(const Emission&, const Emission&) = default;
};

}  // namespace hookswitch::call_processing
