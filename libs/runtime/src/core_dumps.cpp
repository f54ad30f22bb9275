#include <hookswitch/runtime/core_dumps.hpp>

#include <sys/prctl.h>
#include <sys/resource.h>

#include <cerrno>
#include <system_error>

namespace hookswitch::runtime {

void forbid_core_dumps() {
  // Not 0: a program that core_pattern names is given the core whatever the limit, but for a limit
  // of 1 (Linux, fs/coredump.c). A file of one byte is not begun.
  const rlimit one_byte{1, 1};
  if (::setrlimit(RLIMIT_CORE, &one_byte) == 0) return;
  // Nothing at all is allowed already, which keeps no such program off; this does.
  if (::prctl(PR_SET_DUMPABLE, 0) == 0) return;
  throw std::system_error(errno, std::generic_category(), "core dumps cannot be forbidden");
}

}  // namespace hookswitch::runtime
