-- Bearer tokens, of which only the SHA-256 is kept. They are the operator's to give and to take, so there is no tenant_id.
CREATE TABLE directory.access_token (
  id           text COLLATE "C" PRIMARY KEY CHECK (id ~ '^[0-9a-f]{16}$'),
  token_sha256 bytea NOT NULL CHECK (length(token_sha256) = 32),
  company_id   text COLLATE "C", -- NULL: the operator. No reference: the tokens of a company that went stay on the list, revoked
  may_write    boolean NOT NULL,
  created_at   timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL,
  revoked_at   timestamptz,
  label        text NOT NULL
);
CREATE INDEX token_of_company ON directory.access_token (company_id) WHERE revoked_at IS NULL;
GRANT SELECT, INSERT, UPDATE ON directory.access_token TO directory_app;
