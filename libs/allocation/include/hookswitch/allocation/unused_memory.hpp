#pragma once

namespace hookswitch::allocation {

/// From now on memory that nobody uses any more goes back to the system at once. Without it a
/// thread gives it back 25 ms later at the earliest, when it next takes or frees whole pages: one
/// that needs few of them keeps for hours what an outage took. Each such page then costs a call of
/// the system, so this is for programs that seldom need more than they have (docs/decisions/0108).
/// MIMALLOC_DECOMMIT_DELAY (milliseconds) in the environment has the last word. Thread safe. Under
/// a sanitizer, which has its own allocator, nothing happens.
void give_back_unused_memory_at_once();

}  // namespace hookswitch::allocation
