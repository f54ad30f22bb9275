#pragma once

namespace hookswitch::cli {

/// From here on SIGINT and SIGTERM only set a flag, and writing into a closed pipe fails instead of
/// ending the process.
void watch_for_interruption();
/// True once one of them has come. Thread safe.
[[nodiscard]] bool interrupted();

}  // namespace hookswitch::cli
