#include "adapters/known_calls.hpp"

namespace hookswitch::call_processing {

KnownCalls::KnownCalls(std::size_t calls_max) : calls_max_(calls_max) {}

std::optional<CallPlace> KnownCalls::find(const CallId& call) const {
  const std::lock_guard lock(mutex_);
  const auto found = places_.find(call);
  if (found == places_.end()) return std::nullopt;
  return found->second;
}

void KnownCalls::remember(const CallId& call, const CallPlace& place) {
  const std::lock_guard lock(mutex_);
  const auto [known, is_new] = places_.insert_or_assign(call, place);
  if (!is_new) return;
  if (came_.size() < calls_max_) {
    came_.push_back(&known->first);
    return;
  }
  places_.erase(places_.find(*came_[oldest_]));
  came_[oldest_] = &known->first;
  oldest_ = (oldest_ + 1) % calls_max_;
}

}  // namespace hookswitch::call_processing
