#include "support/call_store_memory.hpp"

#include <algorithm>
#include <stdexcept>

namespace hookswitch::call_processing::testing {

std::vector<Result<Call>> CallStoreMemory::open(std::span<const CallKey> keys, TimePoint /*now*/) {
  const auto sees = [&](const TenantId& tenant) {
    return std::find(tenants_.begin(), tenants_.end(), tenant) != tenants_.end();
  };
  std::vector<Result<Call>> calls;
  for (const auto& key : keys) {
    const auto found = tables_.states.find(key.call_id);
    if (found != tables_.states.end()) {
      calls.push_back(sees(found->second.tenant) ? Result<Call>(Call(found->second)) : not_yours());
      continue;
    }
    if (!sees(key.tenant)) throw std::logic_error("a row of a tenant that was not set");
    calls.emplace_back(Call::first_seen(key.call_id, key.tenant));
  }
  return calls;
}

void CallStoreMemory::save(std::span<const ChangedCall> calls) {
  for (const auto& changed : calls) {
    const auto& state = changed.call->state();
    tables_.states[state.id] = state;
    for (const auto& emission : changed.told) {
      if (const auto* cost = std::get_if<CallCostReported>(&emission.event)) {
        tables_.costs[state.id].push_back({cost->revision, cost->cost});
      }
      if (const auto* analysis = std::get_if<CallAnalyzed>(&emission.event)) {
        tables_.analyses[state.id].push_back({analysis->revision, analysis->analysis});
      }
    }
    if (const auto transcript = changed.call->new_transcript()) {
      tables_.transcripts[state.id] = std::string(*transcript);
    }
  }
}

}  // namespace hookswitch::call_processing::testing
