#pragma once
#include "application/unresolved_webhooks.hpp"

#include <hookswitch/core/time.hpp>
#include <hookswitch/postgres/connection.hpp>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace hookswitch::directory {

/// What may be shown of a webhook that waits: never its body.
struct WaitingEntry {
  std::string id;
  std::string provider;
  std::string event;
  std::string workspace;
  std::string reason;
  TimePoint received;
  std::vector<std::string> waits_for;
  /// That looking at it has failed: so often in a row, and of what; see failures_until_stuck.
  int failures = 0;
  std::string cause{};
};

/// The waiting webhooks inside one transaction. Deciding about them needs one that sees every
/// company and is alone (DirectoryDatabase::write_operators); taking them in and listing them need
/// neither. Throws what postgres::Transaction throws.
class UnresolvedStorePostgres final : public UnresolvedStore {
 public:
  explicit UnresolvedStorePostgres(postgres::Transaction& transaction)
      : transaction_(transaction) {}

  routing::DirectoryIndex index_of(const std::set<EntityKey>& entities) override;
  std::optional<UnresolvedWebhook> find(const Uuid& id) override;
  void give_back(const std::vector<GivenBack>& webhooks) override;
  void keep(const std::vector<StillWaiting>& webhooks) override;

  /// Those of them that wait, in the order of their ids. Throws std::exception when one of them
  /// cannot be read.
  [[nodiscard]] std::vector<UnresolvedWebhook> load(const std::vector<Uuid>& ids);
  /// Those that are there already stay as they are.
  void take_in(const std::vector<UnresolvedWebhook>& webhooks);
  /// In the order of their ids: those after `after` (empty: all), of one reason if given, at most
  /// `limit`.
  [[nodiscard]] std::vector<WaitingEntry> list(const std::optional<std::string>& reason,
                                               const std::string& after, std::size_t limit);
  /// How many wait, by reason.
  [[nodiscard]] std::vector<std::pair<std::string, std::int64_t>> counts();

 private:
  postgres::Transaction& transaction_;
};

/// The uuids of the first column.
[[nodiscard]] std::vector<Uuid> ids_in(const postgres::Rows& rows);

}  // namespace hookswitch::directory
