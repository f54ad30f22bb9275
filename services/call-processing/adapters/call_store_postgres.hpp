#pragma once
#include "adapters/call_rows.hpp"
#include "adapters/known_calls.hpp"
#include "application/ports.hpp"

#include <hookswitch/postgres/row_writer.hpp>

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace hookswitch::call_processing {

/// The calls in the schema call_processing, inside a given transaction. A handful of statements for
/// a whole batch, each with arrays through unnest. Calls are made in the order of their ids, then
/// states are locked in that of their numbers, so that batches do not deadlock (but where a state
/// is missing, or a known call is not where it was, which is rare, and then PostgreSQL says so and
/// the batch is tried again).
class CallStorePostgres final : public CallStore {
 public:
  /// `transaction` and `known` outlive the store.
  CallStorePostgres(postgres::Transaction& transaction, KnownCalls& known)
      : transaction_(transaction), known_(known) {}

  void foresee(std::span<const CallId> calls) override;
  std::vector<Result<Call>> open(std::span<const CallKey> keys, TimePoint now) override;
  void save(std::span<const ChangedCall> calls) override;

 private:
  /// The states that foresee() asked for. Who has none after all is as if never met.
  std::map<CallId, CallState> foreseen();
  /// Locks and loads, or makes, these.
  std::map<CallId, CallState> find_and_load(std::span<const CallKey> keys, TimePoint now);
  /// Those of `keys` that there are already; the others are made, unless somebody else has them.
  std::vector<CallKey> find_or_make(std::span<const CallKey> keys, const std::string& this_month);
  std::vector<CallKey> find(const std::vector<std::string>& ids);
  /// The place of the call in that row of `call` (id, number, month, tenant).
  CallKey remember(const postgres::Rows& rows, std::size_t row);
  std::map<CallId, CallState> load(std::vector<CallKey> known);
  /// Reads the states with their locks.
  void lock_states(const std::vector<CallKey>& known, std::map<CallId, CallState>& states);
  /// The statement that does, for calls whose places are known; there is one.
  [[nodiscard]] std::pair<std::string, std::vector<postgres::Parameter>> lock_states_statement(
      std::span<const CallId> calls) const;
  /// The states in its rows that are those of the calls they were asked for.
  void take_states(const postgres::Rows& rows, std::map<CallId, CallState>& states) const;
  /// The day before which calls were forgotten, as Postgres writes it; the year 1 if none were.
  std::string forgotten_before();
  [[nodiscard]] postgres::Insert states_of(std::span<const ChangedCall> calls) const;
  [[nodiscard]] postgres::Insert costs_of(std::span<const ChangedCall> calls) const;
  [[nodiscard]] postgres::Insert cost_items_of(std::span<const ChangedCall> calls) const;
  [[nodiscard]] postgres::Insert analyses_of(std::span<const ChangedCall> calls) const;
  [[nodiscard]] postgres::Insert transcripts_of(std::span<const ChangedCall> calls) const;

  postgres::Transaction& transaction_;
  KnownCalls& known_;
  std::vector<CallId> asked_calls_;  ///< by foresee()
  std::optional<postgres::Asked> asked_;
  std::map<CallId, CallPlace> places_;  ///< of the calls that there are, or that were made
  std::set<CallId> made_;
  std::set<CallId> forgotten_;  ///< of those that were asked for
};

}  // namespace hookswitch::call_processing
