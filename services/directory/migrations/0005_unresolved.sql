-- Webhooks that nobody owns (docs/decisions/0045). They are the operator's until they have an owner, and then they are gone, so there is no tenant_id.
-- headers: as the outbox has them. reason: what ingress said, until whose it is has been asked of these tables.
CREATE TABLE directory.unresolved_webhook (
  id          uuid PRIMARY KEY,
  provider    text COLLATE "C" NOT NULL CHECK (provider IN ('retell', 'calcom')),
  event       text NOT NULL,
  workspace   text COLLATE "C" NOT NULL,
  reason      text COLLATE "C" NOT NULL,
  received_at timestamptz NOT NULL,
  record_key  bytea NOT NULL,
  headers     bytea NOT NULL,
  body        bytea NOT NULL
);
CREATE INDEX unresolved_reason ON directory.unresolved_webhook (reason, id);
CREATE INDEX unresolved_received ON directory.unresolved_webhook (received_at);

-- Those of which it has not been asked yet. A table, because it is empty most of the time and is looked into all the time.
CREATE TABLE directory.unresolved_arrival (
  webhook_id uuid PRIMARY KEY REFERENCES directory.unresolved_webhook (id) ON DELETE CASCADE
);

-- The entities of which one has to change before its answer can change: "number/+493023125017".
CREATE TABLE directory.unresolved_key (
  entity_key text COLLATE "C" NOT NULL,
  webhook_id uuid NOT NULL REFERENCES directory.unresolved_webhook (id) ON DELETE CASCADE,
  PRIMARY KEY (entity_key, webhook_id)
);
CREATE INDEX unresolved_key_of ON directory.unresolved_key (webhook_id);

-- Entities that have changed and that something waits for: what waits is looked at in the order of its ids; `after` is how far. A change while that
-- is under way begins anew, one that has not begun yet stands for all.
CREATE TABLE directory.entity_change (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  entity_key text COLLATE "C" NOT NULL,
  after      uuid
);
CREATE UNIQUE INDEX entity_change_not_begun ON directory.entity_change (entity_key) WHERE after IS NULL;

GRANT SELECT, INSERT, UPDATE, DELETE ON directory.unresolved_webhook, directory.unresolved_arrival, directory.unresolved_key, directory.entity_change TO directory_app;
