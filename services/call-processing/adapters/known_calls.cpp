#include "adapters/known_calls.hpp"

#include <utility>

namespace hookswitch::call_processing {

std::optional<CallPlace> KnownCalls::find(const CallId& call, std::uint64_t session) {
  const std::lock_guard lock(mutex_);
  auto found = young_.find(call);
  if (found == young_.end()) {
    found = old_.find(call);
    if (found == old_.end()) return std::nullopt;
  }
  if (found->second.session != session) return std::nullopt;
  return found->second.place;
}

void KnownCalls::remember(const CallId& call, const CallPlace& place, std::uint64_t session) {
  const std::lock_guard lock(mutex_);
  young_.insert_or_assign(call, Known{place, session});
  if (young_.size() < calls_max_) return;
  old_ = std::exchange(young_, {});
}

}  // namespace hookswitch::call_processing
