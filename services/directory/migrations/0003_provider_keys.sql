-- Provider keys, sealed. They are the operator's and no tenant has a part in them, so there is no tenant_id.
CREATE TABLE directory.provider_key (
  workspace_id     text COLLATE "C" NOT NULL REFERENCES directory.workspace (id),
  id               text COLLATE "C" NOT NULL CHECK (id ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
  provider         text COLLATE "C" NOT NULL CHECK (provider IN ('retell', 'calcom')),
  retiring         boolean NOT NULL,
  created_at       timestamptz NOT NULL,
  sealed_key       bytea NOT NULL,
  wrapped_data_key bytea NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON directory.provider_key TO directory_app;
