#pragma once
#include "adapters/call_rows.hpp"

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

namespace hookswitch::call_processing {

/// Where the rows of calls lie that were met lately, so that a call's next webhook need not look it
/// up. A hint: the transaction that made the call may have been rolled back since, or the database
/// restored, or another call has the same hash, so a place is believed only where a state is found
/// that is this call's. Any thread.
class KnownCalls {
 public:
  /// Keeps the `calls_max` calls, at least one, that came last; some 60 bytes each.
  explicit KnownCalls(std::size_t calls_max);

  [[nodiscard]] std::optional<CallPlace> find(const CallId& call) const;
  /// Where the call lies now. Who is new takes the place of who has been here for longest.
  void remember(const CallId& call, const CallPlace& place);

 private:
  using Index = std::uint32_t;
  struct Entry {
    std::size_t call_hash = 0;
    Index next = 0;  ///< of the same bucket
    CallPlace place;
  };

  [[nodiscard]] Index& first_of(std::size_t call_hash);
  [[nodiscard]] Index index_of(std::size_t call_hash) const;
  void unlink(Index index);

  const std::size_t calls_max_;
  mutable std::mutex mutex_;
  // Each in one piece: thousands of small ones that live for minutes would keep the pages of
  // everything that a backlog brings and that is gone after milliseconds.
  std::vector<Entry> entries_;  ///< a ring once it is full
  std::vector<Index> buckets_;  ///< the entry of each that came last
  Index oldest_ = 0;
};

}  // namespace hookswitch::call_processing
