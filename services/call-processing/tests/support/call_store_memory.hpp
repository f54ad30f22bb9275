#pragma once
#include "application/ports.hpp"

#include <map>
#include <string>
#include <vector>

namespace hookswitch::call_processing::testing {

/// What the tables of the schema hold, kept in memory: for use-case tests and for the simulation,
/// which copies it to take a snapshot and gives the copy back to roll back.
struct CallTables {
  struct Cost {
    Revision revision;
    call_processing::Cost cost;
    friend bool operator==(const Cost&, const Cost&) = default;
  };
  struct AnalysisRow {
    Revision revision;
    Analysis analysis;
    friend bool operator==(const AnalysisRow&, const AnalysisRow&) = default;
  };
  std::map<CallId, CallState> states;
  std::map<CallId, std::vector<Cost>> costs;
  std::map<CallId, std::vector<AnalysisRow>> analyses;
  std::map<CallId, std::string> transcripts;
  friend bool operator==(const CallTables&, const CallTables&) = default;
};

/// The store of one transaction over `tables`, seeing the rows of `tenants` only, as row-level
/// security does. Saves at once: whoever wants a rollback keeps a copy. One thread.
class CallStoreMemory final : public CallStore {
 public:
  CallStoreMemory(CallTables& tables, std::vector<TenantId> tenants)
      : tables_(tables), tenants_(std::move(tenants)) {}

  std::vector<Result<Call>> open(std::span<const CallKey> keys, TimePoint now) override;
  void save(std::span<const ChangedCall> calls) override;

 private:
  CallTables& tables_;
  std::vector<TenantId> tenants_;
};

}  // namespace hookswitch::call_processing::testing
