#include "adapters/known_calls.hpp"

#include <utility>

namespace hookswitch::call_processing {

std::optional<CallPlace> KnownCalls::find(const CallId& call) {
  const std::lock_guard lock(mutex_);
  for (const auto* calls : {&young_, &old_}) {
    if (const auto found = calls->find(call); found != calls->end()) return found->second;
  }
  return std::nullopt;
}

void KnownCalls::remember(const CallId& call, const CallPlace& place) {
  Calls forgotten;  // freed when nobody waits for it
  const std::lock_guard lock(mutex_);
  young_.insert_or_assign(call, place);
  if (young_.size() < calls_max_) return;
  forgotten = std::exchange(old_, std::exchange(young_, {}));
}

}  // namespace hookswitch::call_processing
