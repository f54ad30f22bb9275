#pragma once
#include <hookswitch/routing/directory_index.hpp>

#include <string>

namespace hookswitch::routing {

/// The demo tenants, as deploy/demo/tenants.yaml has them.
inline DirectoryIndex example_directory() {
  const TenantId lindenhof{"lindenhof"};
  const TenantId aurora{"aurora"};
  DirectoryIndex index;
  index.companies = {"lindenhof", "aurora"};
  index.numbers["+493023125017"] = {{lindenhof, {}, {}}};
  index.numbers["+498921555012"] = {{aurora, {}, {}}};
  index.agents["agent_linde"] = lindenhof;
  index.agents["agent_aurora"] = aurora;
  index.event_types[2204518] = lindenhof;
  index.event_types[2204777] = aurora;
  index.organizers[4711] = lindenhof;
  index.organizers[4822] = aurora;
  index.workspaces["default"] = {lindenhof, aurora};
  index.workspaces["aurora"] = {aurora};
  return index;
}

}  // namespace hookswitch::routing
