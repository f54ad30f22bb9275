#pragma once
#include "adapters/call_rows.hpp"

#include <cstddef>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

namespace hookswitch::call_processing {

/// Where the rows of calls lie that were met lately, so that a call's next webhook need not look it
/// up. A hint: the transaction that made the call may have been rolled back since, or the database
/// restored, so a place is believed only where a state is found that is this call's. Any thread.
class KnownCalls {
 public:
  /// Keeps the `calls_max` calls, at least one, that came last; some 200 bytes each.
  explicit KnownCalls(std::size_t calls_max);

  [[nodiscard]] std::optional<CallPlace> find(const CallId& call) const;
  /// Where the call lies now. Who is new takes the place of who has been here for longest.
  void remember(const CallId& call, const CallPlace& place);

 private:
  const std::size_t calls_max_;
  mutable std::mutex mutex_;
  std::unordered_map<CallId, CallPlace> places_;
  // One goes for each that comes, so that memory stays where it is.
  std::vector<const CallId*> came_;  ///< keys of places_, a ring once it is full
  std::size_t oldest_ = 0;
};

}  // namespace hookswitch::call_processing
