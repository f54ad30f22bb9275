-- Webhooks that could not be looked at when they were alone in a transaction (docs/decisions/0055). A table, because it is empty most of the time and
-- is looked into all the time. What lies here is looked at alone, when try_at has come, and by nothing else.
-- cause: a class ("sqlstate 22021"), never a text of an error.
CREATE TABLE directory.unresolved_failure (
  webhook_id uuid PRIMARY KEY REFERENCES directory.unresolved_webhook (id) ON DELETE CASCADE,
  failures   integer NOT NULL CHECK (failures > 0), -- in a row
  cause      text COLLATE "C" NOT NULL,
  try_at     timestamptz NOT NULL
);
CREATE INDEX unresolved_failure_due ON directory.unresolved_failure (try_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON directory.unresolved_failure TO directory_app;
