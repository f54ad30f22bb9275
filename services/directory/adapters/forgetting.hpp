#pragma once
#include "adapters/directory_database.hpp"
#include "adapters/unresolved_probe.hpp"

namespace hookswitch::directory {

/// What is over goes, each hour: webhooks that have waited for an owner for 35 days, and tokens
/// that have been no good for tokens_kept_after_end. One thread uses it.
class Forgetting {
 public:
  /// The references outlive this.
  Forgetting(const UnresolvedProbe& probe, const Clock& clock) : probe_(probe), clock_(clock) {}

  /// True when something is due. Waits for nothing.
  [[nodiscard]] bool due() const;
  /// Forgets, at most so much that nobody waits long for it: then more is due at once. How many
  /// webhooks. After a failure it is due a while later. Throws what DirectoryDatabase throws.
  std::size_t forget(DirectoryDatabase& database);

 private:
  const UnresolvedProbe& probe_;
  const Clock& clock_;
  TimePoint next_{};
};

}  // namespace hookswitch::directory
