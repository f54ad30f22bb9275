#pragma once
#include "domain/call.hpp"

#include <hookswitch/core/result.hpp>
#include <hookswitch/core/time.hpp>

#include <span>
#include <vector>

/// What the use cases need of the world.
namespace hookswitch::call_processing {

/// A call that webhooks of this batch speak of, and the tenant that the first of them names.
struct CallKey {
  CallId call_id;
  TenantId tenant;
};

/// A call to be saved with what was told of it in this batch.
struct ChangedCall {
  const Call* call = nullptr;
  std::vector<Emission> told;
};

/// Why a call cannot be opened.
[[nodiscard]] inline Rejection not_yours() {
  return {"tenant_mismatch", "ce_tenantid", "the call belongs to another tenant"};
}
[[nodiscard]] inline Rejection forgotten() {
  return {"call_forgotten", "/call/call_id", "the call is of a month that is kept no more"};
}

/// The calls, inside one transaction. One thread uses it. Throws what its store throws.
class CallStore {
 public:
  virtual ~CallStore() = default;

  /// Before open(): it will probably be asked for these. Gives nothing and makes nothing; what is
  /// known of them may be locked with the next statement that is sent.
  virtual void foresee(std::span<const CallId> /*calls*/) {}
  /// Locks and loads the calls; one that is not there yet is made, for the key's tenant, first seen
  /// at `now`. `keys` are sorted by call id, without repeats. One entry for each key: not_yours()
  /// when the call exists and is not to be seen, forgotten() when all but its name is gone.
  [[nodiscard]] virtual std::vector<Result<Call>> open(std::span<const CallKey> keys,
                                                       TimePoint now) = 0;
  /// Saves calls that open() has given.
  virtual void save(std::span<const ChangedCall> calls) = 0;
};

}  // namespace hookswitch::call_processing
