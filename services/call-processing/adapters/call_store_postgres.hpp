#pragma once
#include "application/ports.hpp"

#include <hookswitch/postgres/connection.hpp>

#include <map>

namespace hookswitch::call_processing {

/// The calls in the schema call_processing, inside a given transaction. A handful of statements for
/// a whole batch, each with arrays through unnest. Rows are inserted and locked in the order of
/// call ids, so that batches cannot deadlock.
class CallStorePostgres final : public CallStore {
 public:
  /// `transaction` outlives the store.
  explicit CallStorePostgres(postgres::Transaction& transaction) : transaction_(transaction) {}

  std::vector<std::optional<Call>> open(std::span<const CallKey> keys, TimePoint now) override;
  void save(std::span<const ChangedCall> calls) override;

 private:
  std::map<CallId, CallState> load(const std::vector<std::string>& ids);
  /// Reads the states with their locks; `ids` and `months` are arrays as Postgres writes them.
  void lock_states(const std::string& ids, const std::string& months,
                   std::map<CallId, CallState>& states);
  void save_states(std::span<const ChangedCall> calls);
  void save_costs(std::span<const ChangedCall> calls);
  void save_cost_items(std::span<const ChangedCall> calls);
  void save_analyses(std::span<const ChangedCall> calls);
  void save_transcripts(std::span<const ChangedCall> calls);

  postgres::Transaction& transaction_;
  std::map<CallId, std::string> months_;  ///< first_seen_month of the calls opened
};

}  // namespace hookswitch::call_processing
