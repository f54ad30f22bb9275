#include "adapters/unresolved_queue_postgres.hpp"

#include "adapters/unresolved_store_postgres.hpp"
#include "application/failing_webhook.hpp"

namespace hookswitch::directory {
namespace {

/// The ids of the webhooks that `where` selects, in their order: as many as fit.
std::string page(const std::string& where) {
  return "SELECT id FROM (SELECT id, sum(octet_length(body)) OVER (ORDER BY id) -"
         " octet_length(body) AS bytes_before FROM directory.unresolved_webhook WHERE " +
         where +
         " ORDER BY id LIMIT $1::bigint) AS page WHERE bytes_before < $2::bigint ORDER BY id";
}

}  // namespace

void note_change(postgres::Transaction& transaction, const EntityKey& entity, TimePoint now) {
  // What fails waits for something else, or it is not known for what.
  transaction.execute(
      "WITH failing AS (UPDATE directory.unresolved_failure AS f SET try_at = $2::timestamptz WHERE"
      " try_at > $2::timestamptz AND (NOT EXISTS (SELECT FROM directory.unresolved_key WHERE"
      " webhook_id = f.webhook_id) OR EXISTS (SELECT FROM directory.unresolved_key WHERE webhook_id"
      " = f.webhook_id AND entity_key = $1::text)))"
      " INSERT INTO directory.entity_change (entity_key) SELECT $1::text WHERE EXISTS (SELECT FROM"
      " directory.unresolved_key WHERE entity_key = $1::text) ON CONFLICT DO NOTHING",
      {to_string(entity), format_rfc3339(now + rest_after_change)});
}

Portion next_portion(postgres::Transaction& transaction, std::size_t rows_max,
                     std::size_t bytes_max) {
  const auto rows = std::to_string(rows_max);
  const auto bytes = std::to_string(bytes_max);
  Portion portion;
  portion.ids = ids_in(transaction.execute(
      page("id IN (SELECT webhook_id FROM directory.unresolved_arrival ORDER BY webhook_id LIMIT"
           " $1::bigint)"),
      {rows, bytes}));
  if (!portion.ids.empty()) return portion;
  const auto change = transaction.execute(
      "SELECT id, entity_key, after FROM directory.entity_change ORDER BY id LIMIT 1");
  if (change.empty()) return portion;
  portion.change_id = std::string(change.text(0, 0));
  portion.entity_key = std::string(change.text(0, 1));
  const auto after = change.at(0, 2);
  portion.ids = ids_in(transaction.execute(
      page("id IN (SELECT webhook_id FROM directory.unresolved_key AS k WHERE entity_key = $3::text"
           " AND ($4::uuid IS NULL OR webhook_id > $4::uuid) AND NOT EXISTS (SELECT FROM"
           " directory.unresolved_failure WHERE webhook_id = k.webhook_id) ORDER BY webhook_id"
           " LIMIT $1::bigint)"),
      {rows, bytes, portion.entity_key,
       after ? postgres::Parameter(std::string(*after)) : postgres::Parameter()}));
  return portion;
}

Portion next_failing(postgres::Transaction& transaction, TimePoint now) {
  Portion portion;
  portion.ids = ids_in(transaction.execute(
      "SELECT webhook_id FROM directory.unresolved_failure WHERE try_at <= $1::timestamptz ORDER BY"
      " try_at LIMIT 1",
      {format_rfc3339(now)}));
  return portion;
}

void looked_at(postgres::Transaction& transaction, const Portion& portion) {
  if (portion.change_id.empty()) return;
  if (!portion.ids.empty()) {
    const auto further = transaction.execute(
        "UPDATE directory.entity_change SET after = $2::uuid WHERE id = $1::bigint AND EXISTS"
        " (SELECT FROM directory.unresolved_key WHERE entity_key = $3::text AND webhook_id >"
        " $2::uuid)",
        {portion.change_id, portion.ids.back().to_string(), portion.entity_key});
    if (further.affected() > 0) return;
  }
  transaction.execute("DELETE FROM directory.entity_change WHERE id = $1::bigint",
                      {portion.change_id});
}

int has_failed(postgres::Transaction& transaction, const Uuid& id, const std::string& cause,
               TimePoint now) {
  transaction.execute("DELETE FROM directory.unresolved_arrival WHERE webhook_id = $1::uuid",
                      {id.to_string()});
  const auto counted = transaction.execute(
      "INSERT INTO directory.unresolved_failure AS f (webhook_id, failures, cause, try_at) SELECT"
      " id, 1, $2::text, $3::timestamptz FROM directory.unresolved_webhook WHERE id = $1::uuid ON"
      " CONFLICT (webhook_id) DO UPDATE SET failures = f.failures + 1, cause = excluded.cause"
      " RETURNING failures",
      {id.to_string(), cause, format_rfc3339(now)});
  if (counted.empty()) return 0;
  const auto failures = static_cast<int>(counted.integer(0, 0));
  transaction.execute(
      "UPDATE directory.unresolved_failure SET try_at = $2::timestamptz WHERE webhook_id ="
      " $1::uuid",
      {id.to_string(), format_rfc3339(now + rest_after(failures))});
  return failures;
}

void try_all_failing(postgres::Transaction& transaction, TimePoint now) {
  transaction.execute(
      "UPDATE directory.unresolved_failure SET try_at = $1::timestamptz WHERE try_at >"
      " $1::timestamptz",
      {format_rfc3339(now)});
}

std::int64_t count_stuck(postgres::Transaction& transaction) {
  return transaction
      .execute("SELECT count(*) FROM directory.unresolved_failure WHERE failures >= $1::integer",
               {std::to_string(failures_until_stuck)})
      .integer(0, 0);
}

std::size_t forget_older(postgres::Transaction& transaction, TimePoint now, int days,
                         std::size_t rows_max) {
  return transaction
      .execute(
          "DELETE FROM directory.unresolved_webhook WHERE id IN (SELECT id FROM"
          " directory.unresolved_webhook WHERE received_at < $1::timestamptz - $2::integer *"
          " interval '1 day' ORDER BY received_at LIMIT $3::bigint)",
          {format_rfc3339(now), std::to_string(days), std::to_string(rows_max)})
      .affected();
}

}  // namespace hookswitch::directory
