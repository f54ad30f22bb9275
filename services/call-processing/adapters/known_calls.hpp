#pragma once
#include "adapters/call_rows.hpp"

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <unordered_map>

namespace hookswitch::call_processing {

/// Where the rows of calls lie that were met lately, so that a call's next webhook need not look it
/// up. A hint: the transaction that made the call may have been rolled back since, so a place is
/// believed only where a state is found (no number is given twice). Any thread.
class KnownCalls {
 public:
  /// Keeps the `calls_max` calls that were met last, at most twice as many; some 200 bytes each.
  explicit KnownCalls(std::size_t calls_max) : calls_max_(calls_max) {}

  /// `session` (postgres::Transaction::session()) is the one that it was seen in: behind another
  /// one there may be a database that has been restored, which gives its numbers anew.
  [[nodiscard]] std::optional<CallPlace> find(const CallId& call, std::uint64_t session);
  void remember(const CallId& call, const CallPlace& place, std::uint64_t session);

 private:
  struct Known {
    CallPlace place;
    std::uint64_t session = 0;
  };
  using Calls = std::unordered_map<CallId, Known>;

  const std::size_t calls_max_;
  std::mutex mutex_;
  Calls young_;
  Calls old_;  ///< who is met again is young again, the others go with the next generation
};

}  // namespace hookswitch::call_processing
