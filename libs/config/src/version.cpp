#include <hookswitch/config/version.hpp>

namespace hookswitch::config {

#ifdef HOOKSWITCH_COMMIT
std::string_view version() { return HOOKSWITCH_VERSION "+" HOOKSWITCH_COMMIT; }
#else
std::string_view version() { return HOOKSWITCH_VERSION; }
#endif

}  // namespace hookswitch::config
