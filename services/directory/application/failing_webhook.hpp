#pragma once
#include <hookswitch/core/time.hpp>

/// When a webhook that cannot be looked at, alone in its transaction, is tried again
/// (docs/decisions/0055). All pure.
namespace hookswitch::directory {

/// Failures in a row after which it is stuck: an operator is told, and it is tried seldom.
constexpr int failures_until_stuck = 5;

[[nodiscard]] constexpr bool is_stuck(int failures) { return failures >= failures_until_stuck; }
/// How long it rests after its `failures`-th failure in a row (1 and more).
[[nodiscard]] Milliseconds rest_after(int failures);
/// How long it rests after a change of the directory that may be what it lacked: so many changes at
/// once cost one try.
constexpr Milliseconds rest_after_change{1000};

}  // namespace hookswitch::directory
