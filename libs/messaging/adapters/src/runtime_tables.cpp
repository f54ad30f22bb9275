#include "runtime_tables.hpp"

#include <hookswitch/messaging/postgres_store.hpp>

namespace hookswitch::messaging {

std::string quoted_identifier(std::string_view identifier) {
  std::string text("\"");
  for (const char c : identifier) {
    if (c == '"') text += '"';
    text += c;
  }
  return text + '"';
}

postgres::Migration runtime_tables_migration(std::string_view schema, std::string_view app_role) {
  const auto s = quoted_identifier(schema);
  const auto role = quoted_identifier(app_role);
  std::string sql;
  sql += "CREATE TABLE " + s +
         ".inbox (message_id uuid PRIMARY KEY, "
         "seen_on date NOT NULL DEFAULT current_date, "
         "outcome smallint NOT NULL CHECK (outcome IN (0, 1)));\n";
  // Rows arrive by day, so a block range index finds the old ones at next to no cost for the
  // inserts.
  sql += "CREATE INDEX inbox_seen_on ON " + s + ".inbox USING brin (seen_on);\n";
  sql += "COMMENT ON COLUMN " + s + ".inbox.outcome IS '0 handled, 1 dead letter';\n";
  // No CACHE on the identity: ids have to rise over all sessions, they are the commit order of an
  // aggregate.
  sql += "CREATE TABLE " + s +
         ".outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "
         "written_at timestamptz NOT NULL DEFAULT clock_timestamp(), "
         "input_topic text NOT NULL, input_partition integer NOT NULL, topic text NOT NULL, "
         "key bytea NOT NULL, value bytea, headers bytea NOT NULL) "
         "WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);\n";
  sql += "CREATE TABLE " + s +
         ".attempt (topic text NOT NULL, partition integer NOT NULL, "
         "\"offset\" bigint NOT NULL, attempts integer NOT NULL DEFAULT 0, "
         "crashes integer NOT NULL DEFAULT 0, trying boolean NOT NULL, instance text NOT NULL, "
         "run bigint NOT NULL, trying_since timestamptz NOT NULL, "
         "first_failed_at timestamptz NOT NULL, last_error_code text, "
         "PRIMARY KEY (topic, partition, \"offset\"));\n";
  sql += "CREATE TABLE " + s +
         ".consumer_run (instance text PRIMARY KEY, run bigint NOT NULL, clean boolean NOT NULL, "
         "changed_at timestamptz NOT NULL);\n";
  sql += "GRANT USAGE ON SCHEMA " + s + " TO " + role + ";\n";
  sql += "GRANT SELECT, INSERT, UPDATE, DELETE ON " + s + ".inbox, " + s + ".outbox, " + s +
         ".attempt, " + s + ".consumer_run TO " + role + ";\n";
  return {"0001_runtime", sql};
}

}  // namespace hookswitch::messaging
