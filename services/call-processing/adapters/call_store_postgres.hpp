#pragma once
#include "application/ports.hpp"

#include <hookswitch/postgres/row_writer.hpp>

#include <map>
#include <set>
#include <string>

namespace hookswitch::call_processing {

/// The calls in the schema call_processing, inside a given transaction. A handful of statements for
/// a whole batch, each with arrays through unnest. Rows are inserted and locked in the order of
/// call ids, so that batches cannot deadlock.
class CallStorePostgres final : public CallStore {
 public:
  /// `transaction` outlives the store.
  explicit CallStorePostgres(postgres::Transaction& transaction) : transaction_(transaction) {}

  std::vector<Result<Call>> open(std::span<const CallKey> keys, TimePoint now) override;
  void save(std::span<const ChangedCall> calls) override;

 private:
  std::map<CallId, CallState> load(const std::vector<std::string>& ids);
  /// Reads the states with their locks; `ids` and `months` are arrays as Postgres writes them.
  void lock_states(const std::string& ids, const std::string& months,
                   std::map<CallId, CallState>& states);
  /// The day before which calls were forgotten, as Postgres writes it; the year 1 if none were.
  std::string forgotten_before();
  [[nodiscard]] postgres::Insert states_of(std::span<const ChangedCall> calls) const;
  [[nodiscard]] postgres::Insert costs_of(std::span<const ChangedCall> calls) const;
  [[nodiscard]] postgres::Insert cost_items_of(std::span<const ChangedCall> calls) const;
  [[nodiscard]] postgres::Insert analyses_of(std::span<const ChangedCall> calls) const;
  [[nodiscard]] postgres::Insert transcripts_of(std::span<const ChangedCall> calls) const;

  postgres::Transaction& transaction_;
  std::map<CallId, std::string> months_;  ///< first_seen_month of the calls opened
  std::set<CallId> forgotten_;            ///< of those that were asked for
};

}  // namespace hookswitch::call_processing
