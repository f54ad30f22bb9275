-- The directory. Entities are read, written and told on the topic as wholes, so each is one document; what the database itself has to guard
-- (whose it is, what it refers to, that a number has one owner at an instant) lies beside it in columns.

-- The ids of the companies and nothing else: an operator's request, which may be about any company, learns here for which tenants to begin its
-- transaction (docs/decisions/0040).
CREATE TABLE directory.company_id (
  id text COLLATE "C" PRIMARY KEY CHECK (id ~ '^[a-z0-9][a-z0-9_-]{0,62}$')
);

-- Entity versions: one sequence for all, so that no entity tag comes back after a deletion. Drawn under the writers' lock, so in commit order.
CREATE SEQUENCE directory.version;

CREATE TABLE directory.entity (
  kind      text COLLATE "C" NOT NULL CHECK (kind IN ('company', 'branch', 'service', 'staff', 'agent', 'organizer', 'event_type', 'plan')),
  id        text COLLATE "C" NOT NULL,
  tenant_id text COLLATE "C" NOT NULL REFERENCES directory.company_id (id),
  version   bigint NOT NULL,
  document  jsonb NOT NULL,
  PRIMARY KEY (kind, id),
  UNIQUE (kind, id, tenant_id)
);
CREATE INDEX entity_of_tenant ON directory.entity (tenant_id, kind, id);
CREATE UNIQUE INDEX one_plan_a_company ON directory.entity (tenant_id) WHERE kind = 'plan';

-- Which entity names which: of the same company, and what is named stays as long as it is.
CREATE TABLE directory.reference (
  kind        text COLLATE "C" NOT NULL,
  id          text COLLATE "C" NOT NULL,
  tenant_id   text COLLATE "C" NOT NULL,
  target_kind text COLLATE "C" NOT NULL,
  target_id   text COLLATE "C" NOT NULL,
  PRIMARY KEY (kind, id, target_kind, target_id),
  FOREIGN KEY (kind, id, tenant_id) REFERENCES directory.entity (kind, id, tenant_id) ON DELETE CASCADE,
  FOREIGN KEY (target_kind, target_id, tenant_id) REFERENCES directory.entity (kind, id, tenant_id)
);
CREATE INDEX reference_to ON directory.reference (target_kind, target_id);

-- A number is its periods: [from, until). The number as a range of one integer, because GiST compares ranges, and texts only with an extension.
CREATE TABLE directory.number_ownership (
  e164      text COLLATE "C" NOT NULL CHECK (e164 ~ '^\+[1-9][0-9]{6,14}$'),
  tenant_id text COLLATE "C" NOT NULL REFERENCES directory.company_id (id),
  during    tstzrange NOT NULL CHECK (NOT isempty(during) AND NOT upper_inc(during)),
  version   bigint NOT NULL,
  CONSTRAINT one_company_at_an_instant EXCLUDE USING gist (int8range(substr(e164, 2)::bigint, substr(e164, 2)::bigint, '[]') WITH &&, during WITH &&)
);
CREATE INDEX ownership_of_number ON directory.number_ownership (e164);
CREATE INDEX ownership_of_tenant ON directory.number_ownership (tenant_id, e164);

-- A workspace may speak for no company yet.
CREATE TABLE directory.workspace (
  id      text COLLATE "C" PRIMARY KEY,
  version bigint NOT NULL
);
CREATE TABLE directory.workspace_company (
  workspace_id text COLLATE "C" NOT NULL REFERENCES directory.workspace (id) ON DELETE CASCADE,
  tenant_id    text COLLATE "C" NOT NULL REFERENCES directory.company_id (id),
  PRIMARY KEY (workspace_id, tenant_id)
);
CREATE INDEX workspace_of_tenant ON directory.workspace_company (tenant_id);

-- Tenants never meet: no tenants set, no rows.
DO $$
DECLARE
  guarded text;
BEGIN
  FOREACH guarded IN ARRAY ARRAY['entity', 'reference', 'number_ownership', 'workspace_company'] LOOP
    EXECUTE format('ALTER TABLE directory.%I ENABLE ROW LEVEL SECURITY', guarded);
    EXECUTE format('ALTER TABLE directory.%I FORCE ROW LEVEL SECURITY', guarded);
    EXECUTE format($policy$
      CREATE POLICY tenants ON directory.%I TO directory_app
        USING (tenant_id = ANY (((SELECT string_to_array(nullif(current_setting('app.tenants', true), ''), ',')))::text[]))
        WITH CHECK (tenant_id = ANY (((SELECT string_to_array(nullif(current_setting('app.tenants', true), ''), ',')))::text[]))
      $policy$, guarded);
  END LOOP;
END $$;
GRANT USAGE ON SCHEMA directory TO directory_app;
GRANT USAGE ON SEQUENCE directory.version TO directory_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON directory.entity, directory.workspace TO directory_app;
GRANT SELECT, INSERT, DELETE ON directory.company_id, directory.reference, directory.number_ownership, directory.workspace_company TO directory_app;
