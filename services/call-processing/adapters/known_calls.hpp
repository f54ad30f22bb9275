#pragma once
#include "adapters/call_rows.hpp"

#include <cstddef>
#include <mutex>
#include <optional>
#include <unordered_map>

namespace hookswitch::call_processing {

/// Where the rows of calls lie that were met lately, so that a call's next webhook need not look it
/// up. A hint: the transaction that made the call may have been rolled back since, or the database
/// restored, so a place is believed only where a state is found that is this call's. Any thread.
class KnownCalls {
 public:
  /// Keeps the `calls_max` calls that were met last, at most twice as many; some 200 bytes each.
  explicit KnownCalls(std::size_t calls_max) : calls_max_(calls_max) {}

  [[nodiscard]] std::optional<CallPlace> find(const CallId& call);
  void remember(const CallId& call, const CallPlace& place);

 private:
  using Calls = std::unordered_map<CallId, CallPlace>;

  const std::size_t calls_max_;
  std::mutex mutex_;
  Calls young_;
  Calls old_;  ///< who is met again is young again, the others go with the next generation
};

}  // namespace hookswitch::call_processing
