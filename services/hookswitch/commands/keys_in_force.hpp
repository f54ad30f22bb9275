#pragma once
#include "wait_for_services.hpp"

#include <string>

namespace hookswitch::cli {

/// What a command about provider keys gives when all it was told to do is done and known, but some
/// running process cannot use a key.
inline constexpr int not_in_force = 3;

/// To be called once every service has the key `<workspace>/<key id>`: 0 when it counts in each
/// process that opens provider keys; not_in_force when it does not within the option's seconds,
/// with who, which key and which master key on stderr. Where nobody among the services opens keys,
/// says so.
int wait_until_in_force(const ServicesOption& option, const std::string& key);

/// Likewise once everything was wrapped by the master key: does each process have it?
int wait_for_master_key(const ServicesOption& option, const std::string& master_key);

}  // namespace hookswitch::cli
