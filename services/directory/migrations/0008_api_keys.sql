-- What a company's keys are sealed with (docs/decisions/0056), wrapped by a master key. One is in force; another one is here only as long as it has
-- sealed something that could not be sealed anew.
CREATE TABLE directory.data_key (
  tenant_id  text COLLATE "C" NOT NULL REFERENCES directory.company_id (id) ON DELETE CASCADE,
  id         text COLLATE "C" NOT NULL CHECK (id ~ '^[0-9a-f]{16}$'),
  wrapped    bytea NOT NULL,
  in_force   boolean NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX one_data_key_in_force ON directory.data_key (tenant_id) WHERE in_force;

-- Companies' own keys at the providers, sealed. A company that has one stays.
CREATE TABLE directory.api_key (
  tenant_id   text COLLATE "C" NOT NULL REFERENCES directory.company_id (id),
  provider    text COLLATE "C" NOT NULL CHECK (provider IN ('calcom', 'retell')),
  id          text COLLATE "C" NOT NULL CHECK (id ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
  retiring    boolean NOT NULL,
  created_at  timestamptz NOT NULL,
  data_key_id text COLLATE "C" NOT NULL,
  sealed_key  bytea NOT NULL,
  PRIMARY KEY (tenant_id, provider, id),
  FOREIGN KEY (tenant_id, data_key_id) REFERENCES directory.data_key (tenant_id, id)
);
CREATE INDEX api_key_of_data_key ON directory.api_key (tenant_id, data_key_id);

-- Tenants never meet: no tenants set, no rows.
DO $$
DECLARE
  guarded text;
BEGIN
  FOREACH guarded IN ARRAY ARRAY['data_key', 'api_key'] LOOP
    EXECUTE format('ALTER TABLE directory.%I ENABLE ROW LEVEL SECURITY', guarded);
    EXECUTE format('ALTER TABLE directory.%I FORCE ROW LEVEL SECURITY', guarded);
    EXECUTE format($policy$
      CREATE POLICY tenants ON directory.%I TO directory_app
        USING (tenant_id = ANY (((SELECT string_to_array(nullif(current_setting('app.tenants', true), ''), ',')))::text[]))
        WITH CHECK (tenant_id = ANY (((SELECT string_to_array(nullif(current_setting('app.tenants', true), ''), ',')))::text[]))
      $policy$, guarded);
  END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE, DELETE ON directory.data_key, directory.api_key TO directory_app;
