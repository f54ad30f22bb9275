#include "statements.hpp"

namespace hookswitch::messaging {
namespace {

void inbox(Statements& sql, const std::string& s) {
  sql.admit = "INSERT INTO " + s +
              ".inbox (message_id, outcome) SELECT id, 0 FROM unnest($1::uuid[]) "
              "AS id ON CONFLICT DO NOTHING RETURNING message_id";
  // After admit, which waits for whoever has the same message in work: its outcome is seen here.
  sql.revive = "UPDATE " + s +
               ".inbox SET outcome = 0 WHERE message_id = ANY($1::uuid[]) AND outcome = 1 "
               "RETURNING message_id";
  sql.mark_dead = "UPDATE " + s + ".inbox SET outcome = 1 WHERE message_id = ANY($1::uuid[])";
}

void outbox(Statements& sql, const std::string& s) {
  // One statement, one snapshot: the rows being written are not seen by the question about
  // strangers; rows that committed before this statement began are, and those of a locked aggregate
  // have.
  sql.write_outbox =
      "WITH written AS (INSERT INTO " + s +
      ".outbox (input_topic, input_partition, topic, key, "
      "value, headers) SELECT a, b, c, d, e, f FROM unnest($1::text[], $2::integer[], $3::text[], "
      "$4::bytea[], $5::bytea[], $6::bytea[]) WITH ORDINALITY AS r(a, b, c, d, e, f, n) ORDER BY n "
      "RETURNING id), gone AS (DELETE FROM " +
      s +
      ".outbox WHERE id = ANY($7::bigint[])) "
      "SELECT id, EXISTS (SELECT 1 FROM " +
      s +
      ".outbox WHERE id NOT IN (SELECT unnest($8::bigint[])) AND "
      "(input_topic, input_partition) IN (SELECT t, p FROM unnest($9::text[], $10::integer[]) "
      "AS w(t, p))) FROM written ORDER BY id";
  sql.load_outbox =
      "SELECT id, input_topic, input_partition, topic, key, value, headers FROM (SELECT page.*, "
      "sum(coalesce(octet_length(value), 0)) OVER (ORDER BY id) - "
      "coalesce(octet_length(value), 0) AS before FROM (SELECT * FROM " +
      s +
      ".outbox WHERE "
      "(input_topic, input_partition) IN (SELECT t, p FROM unnest($3::text[], $4::integer[]) "
      "AS w(t, p)) AND id NOT IN (SELECT unnest($5::bigint[])) ORDER BY id LIMIT $1::bigint) AS "
      "page) AS sized "
      "WHERE before < $2::bigint ORDER BY id";
  sql.remove_outbox = "DELETE FROM " + s + ".outbox WHERE id = ANY($1::bigint[])";
  sql.outbox_backlog =
      "SELECT count(*), coalesce((extract(epoch FROM clock_timestamp() - min(written_at)) * 1000)"
      "::bigint, 0) FROM " +
      s + ".outbox";
}

void attempts_and_runs(Statements& sql, const std::string& s) {
  const std::string key =
      "topic = $1::text AND partition = $2::integer AND \"offset\" = $3::bigint";
  const std::string count =
      " RETURNING attempts, crashes, (extract(epoch FROM first_failed_at) * 1000)::bigint, "
      "last_error_code";
  sql.clear_attempt = "DELETE FROM " + s + ".attempt WHERE " + key;
  sql.begin_attempt =
      "INSERT INTO " + s +
      ".attempt AS had (topic, partition, \"offset\", trying, instance, run, "
      "trying_since, first_failed_at) VALUES ($1::text, $2::integer, $3::bigint, true, $4::text, "
      "$5::bigint, $6::timestamptz, $6::timestamptz) ON CONFLICT (topic, partition, \"offset\") "
      "DO UPDATE SET trying = true, instance = excluded.instance, run = excluded.run, trying_since "
      "= excluded.trying_since, crashes = had.crashes + CASE WHEN had.trying AND CASE WHEN "
      "had.instance = excluded.instance THEN had.run <> excluded.run ELSE had.trying_since < "
      "excluded.trying_since - interval '10 seconds' END THEN 1 ELSE 0 END" +
      count;
  sql.end_attempt =
      "UPDATE " + s +
      ".attempt SET attempts = attempts + CASE WHEN trying AND $4::text IS NOT NULL "
      "THEN 1 ELSE 0 END, last_error_code = coalesce($4::text, last_error_code), trying = false "
      "WHERE " +
      key + count;
  sql.open_run =
      "WITH previous AS (SELECT clean FROM " + s +
      ".consumer_run WHERE instance = $1::text) "
      "INSERT INTO " +
      s +
      ".consumer_run AS had (instance, run, clean, changed_at) VALUES "
      "($1::text, 1, false, $2::timestamptz) ON CONFLICT (instance) DO UPDATE SET run = had.run + "
      "1, "
      "clean = false, changed_at = excluded.changed_at RETURNING coalesce((SELECT clean FROM "
      "previous), true), run";
  sql.close_run = "UPDATE " + s +
                  ".consumer_run SET clean = true, changed_at = $2::timestamptz "
                  "WHERE instance = $1::text AND run = $3::bigint";
}

}  // namespace

// An attempt row stays behind when a message was taken from its worker and then handled by another.
std::string prune_inbox(const std::string& s, int days, std::size_t rows_max) {
  const auto age = std::to_string(days);
  return "WITH tries AS (DELETE FROM " + s + ".attempt WHERE first_failed_at < now() - " + age +
         " * interval '1 day') DELETE FROM " + s +
         ".inbox WHERE message_id IN (SELECT message_id FROM " + s +
         ".inbox WHERE seen_on < current_date - " + age + " LIMIT " + std::to_string(rows_max) +
         ")";
}

Statements statements(const std::string& s) {
  Statements sql;
  inbox(sql, s);
  outbox(sql, s);
  attempts_and_runs(sql, s);
  return sql;
}

}  // namespace hookswitch::messaging
