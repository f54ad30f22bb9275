#pragma once
#include "adapters/call_rows.hpp"
#include "application/ports.hpp"

#include <hookswitch/postgres/row_writer.hpp>

#include <map>
#include <set>
#include <string>

namespace hookswitch::call_processing {

/// The calls in the schema call_processing, inside a given transaction. A handful of statements for
/// a whole batch, each with arrays through unnest. Calls are made in the order of their ids, then
/// states are locked in that of their numbers, so that batches do not deadlock (but where a state
/// is missing, which is rare, and then PostgreSQL says so and the batch is tried again).
class CallStorePostgres final : public CallStore {
 public:
  /// `transaction` outlives the store.
  explicit CallStorePostgres(postgres::Transaction& transaction) : transaction_(transaction) {}

  std::vector<Result<Call>> open(std::span<const CallKey> keys, TimePoint now) override;
  void save(std::span<const ChangedCall> calls) override;

 private:
  /// Those of `keys` that there are already; the others are made, unless somebody else has them.
  std::vector<CallKey> find_or_make(std::span<const CallKey> keys, const std::string& this_month);
  std::vector<CallKey> find(const std::vector<std::string>& ids);
  /// The place of the call in that row of `call` (id, number, month, tenant).
  CallKey remember(const postgres::Rows& rows, std::size_t row);
  std::map<CallId, CallState> load(std::vector<CallKey> known);
  /// Reads the states with their locks.
  void lock_states(const std::vector<CallKey>& known, std::map<CallId, CallState>& states);
  /// The day before which calls were forgotten, as Postgres writes it; the year 1 if none were.
  std::string forgotten_before();
  [[nodiscard]] postgres::Insert states_of(std::span<const ChangedCall> calls) const;
  [[nodiscard]] postgres::Insert costs_of(std::span<const ChangedCall> calls) const;
  [[nodiscard]] postgres::Insert cost_items_of(std::span<const ChangedCall> calls) const;
  [[nodiscard]] postgres::Insert analyses_of(std::span<const ChangedCall> calls) const;
  [[nodiscard]] postgres::Insert transcripts_of(std::span<const ChangedCall> calls) const;

  postgres::Transaction& transaction_;
  std::map<CallId, CallPlace> places_;  ///< of the calls that there are, or that were made
  std::set<CallId> made_;
  std::set<CallId> forgotten_;  ///< of those that were asked for
};

}  // namespace hookswitch::call_processing
