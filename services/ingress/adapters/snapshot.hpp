#pragma once
#include <atomic>
#include <memory>
#include <utility>

namespace hookswitch::ingress {

/// One writer replaces an immutable value now and then, many readers take the current one without
/// waiting. Thread safe.
template <class T>
class Snapshot {
 public:
  /// Null until something has been stored.
  [[nodiscard]] std::shared_ptr<const T> load() const {
    return current_.load(std::memory_order_acquire);
  }
  void store(std::shared_ptr<const T> value) {
    current_.store(std::move(value), std::memory_order_release);
  }

 private:
  std::atomic<std::shared_ptr<const T>> current_;
};

}  // namespace hookswitch::ingress
