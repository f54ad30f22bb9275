#pragma once

namespace hookswitch::runtime {

/// From now on the kernel writes no core dump of this process, whoever would get it: its memory
/// holds keys of providers and what people said on the phone (docs/decisions/0109). Thread safe.
/// Throws std::system_error when the kernel refuses.
void forbid_core_dumps();

}  // namespace hookswitch::runtime
