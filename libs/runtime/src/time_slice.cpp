#include <hookswitch/runtime/time_slice.hpp>

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>
#include <optional>

namespace hookswitch::runtime {

namespace {

/// The kernel's `sched_attr` in its first version (linux/sched/types.h, which cannot be included
/// beside the C library's sched.h).
struct SchedulingAttributes {
  std::uint32_t size;
  std::uint32_t policy;
  std::uint64_t flags;
  std::int32_t nice;
  std::uint32_t priority;
  std::uint64_t runtime;  // nanoseconds
  std::uint64_t deadline;
  std::uint64_t period;
};
static_assert(sizeof(SchedulingAttributes) == 48);

/// Of the calling thread, when it has the usual policy and its kernel tells of slices.
std::optional<SchedulingAttributes> own_attributes() noexcept {
  SchedulingAttributes attributes{};
  if (::syscall(SYS_sched_getattr, 0, &attributes, sizeof(attributes), 0) != 0 ||
      attributes.policy != SCHED_OTHER || attributes.runtime == 0)
    return std::nullopt;
  return attributes;
}

}  // namespace

std::chrono::microseconds time_slice() noexcept {
  const auto attributes = own_attributes();
  if (!attributes) return {};
  return std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::nanoseconds(attributes->runtime));
}

void ask_for_time_slice(std::chrono::microseconds slice) noexcept {
  auto attributes = own_attributes();
  if (!attributes) return;
  attributes->runtime = static_cast<std::uint64_t>(std::chrono::nanoseconds(slice).count());
  ::syscall(SYS_sched_setattr, 0, &*attributes, 0);
}

}  // namespace hookswitch::runtime
