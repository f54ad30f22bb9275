#include <hookswitch/allocation/unused_memory.hpp>

#ifndef HOOKSWITCH_SANITIZED
#include <mimalloc.h>
#endif

namespace hookswitch::allocation {

void give_back_unused_memory_at_once() {
#ifndef HOOKSWITCH_SANITIZED
  mi_option_set_default(mi_option_decommit_delay, 0);
#endif
}

}  // namespace hookswitch::allocation
