#include "adapters/known_calls.hpp"

#include <bit>
#include <functional>
#include <limits>

namespace hookswitch::call_processing {
namespace {

constexpr auto nobody = std::numeric_limits<std::uint32_t>::max();

}  // namespace

KnownCalls::KnownCalls(std::size_t calls_max)
    : calls_max_(calls_max), buckets_(std::bit_ceil(calls_max), nobody) {
  entries_.reserve(calls_max);
}

std::optional<CallPlace> KnownCalls::find(const CallId& call) const {
  const std::lock_guard lock(mutex_);
  const auto index = index_of(std::hash<CallId>{}(call));
  if (index == nobody) return std::nullopt;
  return entries_[index].place;
}

void KnownCalls::remember(const CallId& call, const CallPlace& place) {
  const std::lock_guard lock(mutex_);
  const auto hash = std::hash<CallId>{}(call);
  auto index = index_of(hash);
  if (index != nobody) {
    entries_[index].place = place;
    return;
  }
  if (entries_.size() < calls_max_) {
    index = static_cast<Index>(entries_.size());
    entries_.emplace_back();
  } else {
    index = oldest_;
    unlink(index);
    oldest_ = static_cast<Index>((oldest_ + 1) % calls_max_);
  }
  auto& first = first_of(hash);
  entries_[index] = {hash, first, place};
  first = index;
}

KnownCalls::Index& KnownCalls::first_of(std::size_t call_hash) {
  return buckets_[call_hash & (buckets_.size() - 1)];
}

KnownCalls::Index KnownCalls::index_of(std::size_t call_hash) const {
  auto index = buckets_[call_hash & (buckets_.size() - 1)];
  while (index != nobody && entries_[index].call_hash != call_hash) index = entries_[index].next;
  return index;
}

void KnownCalls::unlink(Index index) {
  auto* link = &first_of(entries_[index].call_hash);
  while (*link != index) link = &entries_[*link].next;
  *link = entries_[index].next;
}

}  // namespace hookswitch::call_processing
