#pragma once
#include <chrono>

namespace hookswitch::runtime {

/// How long Linux runs the calling thread before another that waits may have its core (sched(7),
/// sched_getattr(2)); 0 where the kernel does not tell: before 6.12, or under a policy that is not
/// the usual one. Never throws. Thread safe.
std::chrono::microseconds time_slice() noexcept;

/// Asks Linux to run the calling thread, and the threads that it starts from now on, `slice` at a
/// time (0.1 to 100 ms). Who asks for less gets a core sooner when it wakes up, and no larger share
/// of it; niceness stays what it was (docs/decisions/0114). Where the kernel refuses or does not
/// know of slices, nothing changes; `time_slice` tells. Never throws. Thread safe.
void ask_for_time_slice(std::chrono::microseconds slice) noexcept;

}  // namespace hookswitch::runtime
