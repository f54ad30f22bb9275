#pragma once
#include "application/unresolved_webhooks.hpp"

#include <hookswitch/core/time.hpp>
#include <hookswitch/postgres/connection.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

/// What is to be looked at next, and by when (docs/decisions/0045 and 0055). All throw what
/// postgres::Transaction throws.
namespace hookswitch::directory {

/// As a part of the transaction that changes the entity, under the writers' lock: whatever waits
/// for it is looked at later. One row at most, however many wait; and those that fail.
void note_change(postgres::Transaction& transaction, const EntityKey& entity, TimePoint now);

/// Webhooks to look at in one transaction, and what their having been looked at is written as.
struct Portion {
  std::vector<Uuid> ids;   ///< in their order
  std::string change_id;   ///< of entity_change; empty: they have come and were never looked at
  std::string entity_key;  ///< of the change
};

/// At most `rows_max` and (but for one) `bytes_max` of bodies: those never looked at first, then
/// those that wait for the entity that changed first. What fails is in neither. Without ids and
/// without a change_id: nothing to do.
[[nodiscard]] Portion next_portion(postgres::Transaction& transaction, std::size_t rows_max,
                                   std::size_t bytes_max);
/// The one that fails and whose next try is due first, if any.
[[nodiscard]] Portion next_failing(postgres::Transaction& transaction, TimePoint now);
/// The change is done with when none of its webhooks is left, or goes on after these.
void looked_at(postgres::Transaction& transaction, const Portion& portion);

/// Looking at it has failed, when it was alone: it is tried again alone when it has rested
/// (rest_after()), and keeps none waiting until then. How often it has failed in a row; 0 when it
/// does not wait any more.
int has_failed(postgres::Transaction& transaction, const Uuid& id, const std::string& cause,
               TimePoint now);
/// Everything that fails is due.
void try_all_failing(postgres::Transaction& transaction, TimePoint now);
[[nodiscard]] std::int64_t count_stuck(postgres::Transaction& transaction);

/// Forgets what has waited for longer than that since it was received, at most `rows_max`; how
/// many.
std::size_t forget_older(postgres::Transaction& transaction, TimePoint now, int days,
                         std::size_t rows_max);

}  // namespace hookswitch::directory
