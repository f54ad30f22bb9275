-- The calls. `call` says once and for all whose a call is and in which month its rows lie; everything else is partitioned by that month.

CREATE TABLE call_processing.call (
  call_id          text COLLATE "C" PRIMARY KEY,
  tenant_id        text NOT NULL,
  first_seen_month date NOT NULL
);

-- The merged facts, and beside them who said so: sources holds the webhooks ("rank:event_timestamp:id"), fact_sources the place in it for each
-- fact, in the order of the view call_fact. One narrow row to read and write for each call of a batch.
CREATE TABLE call_processing.call_state (
  call_id                     text COLLATE "C" NOT NULL,
  first_seen_month            date NOT NULL,
  tenant_id                   text NOT NULL,
  lifecycle                   text NOT NULL,
  version                     bigint NOT NULL,
  started_told                boolean NOT NULL,
  ended_told                  boolean NOT NULL,
  not_connected_told          boolean NOT NULL,
  call_type                   text,
  direction                   text,
  call_status                 text,
  agent_id                    text,
  agent_version               bigint,
  from_number                 text,
  to_number                   text,
  started_at_ms               bigint,
  ended_at_ms                 bigint,
  transfer_ended_at_ms        bigint,
  provider_duration_ms        bigint,
  disconnection_reason        text,
  recording_url               text,
  recording_multi_channel_url text,
  duration_ms                 bigint,
  cost_total_usd              numeric,
  cost_seconds                numeric,
  cost_items                  integer,
  sources                     text[] NOT NULL,
  fact_sources                smallint[] NOT NULL,
  costs_told                  text[] NOT NULL,
  analyses_told               text[] NOT NULL,
  PRIMARY KEY (call_id, first_seen_month)
) PARTITION BY RANGE (first_seen_month);

-- Revisions are appended, never overwritten: the highest holds.
CREATE TABLE call_processing.call_cost (
  call_id          text COLLATE "C" NOT NULL,
  first_seen_month date NOT NULL,
  tenant_id        text NOT NULL,
  revision         integer NOT NULL,
  webhook_id       uuid NOT NULL,
  content_sha256   text NOT NULL,
  total_usd        numeric NOT NULL,
  provider_seconds numeric,
  PRIMARY KEY (call_id, revision, first_seen_month)
) PARTITION BY RANGE (first_seen_month);

CREATE TABLE call_processing.call_cost_item (
  call_id          text COLLATE "C" NOT NULL,
  first_seen_month date NOT NULL,
  tenant_id        text NOT NULL,
  revision         integer NOT NULL,
  position         integer NOT NULL,
  product          text NOT NULL,
  cost_usd         numeric NOT NULL,
  unit_price_usd   numeric,
  transfer_leg     boolean NOT NULL,
  PRIMARY KEY (call_id, revision, position, first_seen_month)
) PARTITION BY RANGE (first_seen_month);

CREATE TABLE call_processing.call_analysis (
  call_id          text COLLATE "C" NOT NULL,
  first_seen_month date NOT NULL,
  tenant_id        text NOT NULL,
  revision         integer NOT NULL,
  webhook_id       uuid NOT NULL,
  content_sha256   text NOT NULL,
  summary          text,
  user_sentiment   text,
  call_successful  boolean,
  in_voicemail     boolean,
  custom_json      text,
  PRIMARY KEY (call_id, revision, first_seen_month)
) PARTITION BY RANGE (first_seen_month);

-- The bulk of a webhook, as sent. text, not jsonb: nothing here looks into it.
CREATE TABLE call_processing.call_transcript (
  call_id          text COLLATE "C" NOT NULL,
  first_seen_month date NOT NULL,
  tenant_id        text NOT NULL,
  webhook_id       uuid NOT NULL,
  transcript_json  text NOT NULL,
  PRIMARY KEY (call_id, first_seen_month)
) PARTITION BY RANGE (first_seen_month);

-- pglz was the hottest function of the server under load; lz4 takes a quarter off the wall time, where the server has it.
DO $$
BEGIN
  ALTER TABLE call_processing.call_transcript ALTER COLUMN transcript_json SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
  RAISE NOTICE 'this server has no lz4: transcripts stay with pglz';
END $$;

-- Tenants never meet: no tenants set, no rows. Partitions are guarded like their parents, though the service's role has no grant on them.
CREATE FUNCTION call_processing.guard_tenants(guarded regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', guarded);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', guarded);
  EXECUTE format($policy$
    CREATE POLICY tenants ON %s TO call_processing_app
      USING (tenant_id = ANY (((SELECT string_to_array(nullif(current_setting('app.tenants', true), ''), ',')))::text[]))
      WITH CHECK (tenant_id = ANY (((SELECT string_to_array(nullif(current_setting('app.tenants', true), ''), ',')))::text[]))
    $policy$, guarded);
END $$;

CREATE FUNCTION call_processing.partitioned_tables() RETURNS SETOF text LANGUAGE sql IMMUTABLE AS
$$ VALUES ('call_state'), ('call_cost'), ('call_cost_item'), ('call_analysis'), ('call_transcript') $$;

-- Makes the partitions of `months` months from `first` on, where they are missing, and moves into them what had to go to the default partition
-- in the meantime. The owner role calls it: at every start and once a day. Returns how many were made.
CREATE FUNCTION call_processing.make_partitions(first date, months integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  parent text;
  begins date;
  name text;
  made integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('call_processing.make_partitions'));
  FOR parent IN SELECT call_processing.partitioned_tables() LOOP
    FOR i IN 0 .. months - 1 LOOP
      begins := (date_trunc('month', first) + make_interval(months => i))::date;
      name := parent || '_' || to_char(begins, 'YYYY_MM');
      CONTINUE WHEN to_regclass('call_processing.' || name) IS NOT NULL;
      EXECUTE format('CREATE TABLE call_processing.%I (LIKE call_processing.%I INCLUDING ALL) WITH (fillfactor = 80)',
                     name, parent);
      -- FORCE holds for the owner too; it is lifted for the move alone, under a lock that nobody sees past.
      EXECUTE format('ALTER TABLE call_processing.%I NO FORCE ROW LEVEL SECURITY', parent || '_default');
      EXECUTE format('WITH moved AS (DELETE FROM call_processing.%I WHERE first_seen_month >= %L AND first_seen_month < %L RETURNING *)
                      INSERT INTO call_processing.%I SELECT * FROM moved',
                     parent || '_default', begins, begins + interval '1 month', name);
      EXECUTE format('ALTER TABLE call_processing.%I FORCE ROW LEVEL SECURITY', parent || '_default');
      PERFORM call_processing.guard_tenants(format('call_processing.%I', name)::regclass);
      EXECUTE format('ALTER TABLE call_processing.%I ATTACH PARTITION call_processing.%I FOR VALUES FROM (%L) TO (%L)',
                     parent, name, begins, (begins + interval '1 month')::date);
      made := made + 1;
    END LOOP;
  END LOOP;
  RETURN made;
END $$;
REVOKE ALL ON FUNCTION call_processing.make_partitions(date, integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION call_processing.guard_tenants(regclass) FROM PUBLIC;

DO $$
DECLARE
  parent text;
BEGIN
  PERFORM call_processing.guard_tenants('call_processing.call');
  FOR parent IN SELECT call_processing.partitioned_tables() LOOP
    -- The default partition is there so that an insert never fails for want of a month.
    EXECUTE format('CREATE TABLE call_processing.%I PARTITION OF call_processing.%I DEFAULT', parent || '_default', parent);
    PERFORM call_processing.guard_tenants(format('call_processing.%I', parent)::regclass);
    PERFORM call_processing.guard_tenants(format('call_processing.%I', parent || '_default')::regclass);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON call_processing.%I TO call_processing_app', parent);
  END LOOP;
END $$;
GRANT SELECT, INSERT ON call_processing.call TO call_processing_app;
GRANT USAGE ON SCHEMA call_processing TO call_processing_app;

-- Every fact with the webhook that it is from, for people: one row a fact. With the rights and the tenants of who asks.
CREATE VIEW call_processing.call_fact WITH (security_invoker = true) AS
SELECT s.tenant_id, s.call_id, s.first_seen_month, f.fact, f.value,
       split_part(f.source, ':', 1)::smallint AS event_rank,
       split_part(f.source, ':', 2)::bigint AS event_timestamp_ms,
       split_part(f.source, ':', 3)::uuid AS webhook_id
FROM call_processing.call_state s
CROSS JOIN LATERAL (
  SELECT v.fact, v.value, s.sources[s.fact_sources[v.place]] AS source
  FROM (VALUES
    (1, 'call_type', s.call_type), (2, 'direction', s.direction), (3, 'call_status', s.call_status),
    (4, 'agent_id', s.agent_id), (5, 'agent_version', s.agent_version::text),
    (6, 'from_number', s.from_number), (7, 'to_number', s.to_number),
    (8, 'started_at_ms', s.started_at_ms::text), (9, 'ended_at_ms', s.ended_at_ms::text),
    (10, 'transfer_ended_at_ms', s.transfer_ended_at_ms::text),
    (11, 'provider_duration_ms', s.provider_duration_ms::text),
    (12, 'disconnection_reason', s.disconnection_reason), (13, 'recording_url', s.recording_url),
    (14, 'recording_multi_channel_url', s.recording_multi_channel_url),
    (15, 'transcript', NULL), (16, 'analysis', NULL), (17, 'cost', s.cost_total_usd::text)
  ) AS v(place, fact, value)
) AS f
WHERE f.source IS NOT NULL;
GRANT SELECT ON call_processing.call_fact TO call_processing_app;
