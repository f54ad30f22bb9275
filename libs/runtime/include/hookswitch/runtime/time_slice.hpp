#pragma once
#include <chrono>

namespace hookswitch::runtime {

/// The slice of time after which Linux may give the calling thread's core to another one that waits
/// (Documentation/scheduler/sched-eevdf.rst of the kernel). 0 where the kernel does not tell:
/// before 6.12, under a policy that is not the usual one (SCHED_OTHER), or when a seccomp filter
/// refuses the question. Never throws. Thread safe.
std::chrono::microseconds time_slice() noexcept;

/// Asks Linux for slices of `slice` for the calling thread and the threads that it starts from now
/// on; the kernel brings it between 0.1 and 100 ms, and takes 0 for its own default. A shorter
/// slice is an earlier deadline: who wakes up with one gets a core sooner, as long as it has not
/// had more than its share, which stays what it was, as niceness does (docs/decisions/0114). Where
/// the kernel refuses or does not know of slices nothing changes, and `time_slice` tells. Never
/// throws. Thread safe.
void ask_for_time_slice(std::chrono::microseconds slice) noexcept;

}  // namespace hookswitch::runtime
