#include "adapters/unresolved_queue_postgres.hpp"

#include "adapters/unresolved_store_postgres.hpp"

namespace hookswitch::directory {
namespace {

/// The webhooks that `where` selects, in the order of their ids: as many as fit.
std::string page(const std::string& where) {
  return "SELECT " + webhook_columns() +
         " FROM (SELECT page.*, sum(octet_length(body)) OVER (ORDER BY id) - octet_length(body) AS"
         " bytes_before FROM (SELECT * FROM directory.unresolved_webhook WHERE " +
         where +
         " ORDER BY id LIMIT $1::bigint) AS page) AS w WHERE bytes_before < $2::bigint ORDER BY "
         "w.id";
}

}  // namespace

void note_change(postgres::Transaction& transaction, const EntityKey& entity) {
  transaction.execute(
      "INSERT INTO directory.entity_change (entity_key) SELECT $1::text WHERE EXISTS (SELECT FROM"
      " directory.unresolved_key WHERE entity_key = $1::text) ON CONFLICT DO NOTHING",
      {to_string(entity)});
}

Portion next_portion(postgres::Transaction& transaction, std::size_t rows_max,
                     std::size_t bytes_max) {
  const auto rows = std::to_string(rows_max);
  const auto bytes = std::to_string(bytes_max);
  Portion portion;
  portion.webhooks = webhooks_in(transaction.execute(
      page("id IN (SELECT webhook_id FROM directory.unresolved_arrival ORDER BY webhook_id LIMIT"
           " $1::bigint)"),
      {rows, bytes}));
  if (!portion.webhooks.empty()) return portion;
  const auto change = transaction.execute(
      "SELECT id, entity_key, after FROM directory.entity_change ORDER BY id LIMIT 1");
  if (change.empty()) return portion;
  portion.change_id = std::string(change.text(0, 0));
  portion.entity_key = std::string(change.text(0, 1));
  const auto after = change.at(0, 2);
  portion.webhooks = webhooks_in(transaction.execute(
      page("id IN (SELECT webhook_id FROM directory.unresolved_key WHERE entity_key = $3::text AND"
           " ($4::uuid IS NULL OR webhook_id > $4::uuid) ORDER BY webhook_id LIMIT $1::bigint)"),
      {rows, bytes, portion.entity_key,
       after ? postgres::Parameter(std::string(*after)) : postgres::Parameter()}));
  return portion;
}

void looked_at(postgres::Transaction& transaction, const Portion& portion) {
  if (portion.change_id.empty()) return;
  if (!portion.webhooks.empty()) {
    const auto further = transaction.execute(
        "UPDATE directory.entity_change SET after = $2::uuid WHERE id = $1::bigint AND EXISTS"
        " (SELECT FROM directory.unresolved_key WHERE entity_key = $3::text AND webhook_id >"
        " $2::uuid)",
        {portion.change_id, portion.webhooks.back().id.to_string(), portion.entity_key});
    if (further.affected() > 0) return;
  }
  transaction.execute("DELETE FROM directory.entity_change WHERE id = $1::bigint",
                      {portion.change_id});
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
