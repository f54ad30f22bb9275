#pragma once
#include <hookswitch/core/strong_id.hpp>
#include <hookswitch/core/uuid.hpp>

#include <compare>
#include <cstdint>

namespace hookswitch::call_processing {

using CallId = StrongId<struct CallIdTag>;
/// SHA-256 of a content in canonical form, 64 lower-case hex digits: equal digests are equal
/// contents.
using ContentDigest = StrongId<struct ContentDigestTag>;

/// The webhooks of a call, in the order in which the provider knows more.
enum class EventRank : std::int16_t { started = 1, ended = 2, analyzed = 3 };

/// Which webhook said something, ordered by whom to believe. A total order over webhooks, so that
/// the best source of a set does not depend on the order of arrival (promise 4).
struct Source {
  EventRank rank = EventRank::started;
  std::int64_t event_timestamp_ms =
      0;  ///< the body's, 0 when it has none (contracts §2.2: optional everywhere)
  Uuid webhook;
  friend auto operator<=>(const Source&, const Source&) = default;
};

template <class T>
struct Sourced {
  Source source;
  T value;
  friend bool operator==(const Sourced&, const Sourced&) = default;
};
template <class T>
Sourced(Source, T) -> Sourced<T>;

}  // namespace hookswitch::call_processing
