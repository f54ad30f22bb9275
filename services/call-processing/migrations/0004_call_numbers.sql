-- Calls get numbers, which rise with time, and what is partitioned by month is keyed by them, no more by the provider's ids, which are
-- random: a month's keys grow at one end, and what has been written lies together. `call` alone has to find random ids; a hash index with
-- room does that in one page, of which little is written (docs/decisions/0098).

-- A process of the version before would not know these tables, and what it cannot handle becomes a dead letter. 53000: who migrates waits.
CREATE FUNCTION call_processing.refuse_the_version_before() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_stat_clear_snapshot();
  IF EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND usename = 'call_processing_app') THEN
    RAISE EXCEPTION 'the tables of calls change, and call_processing_app is connected: stop the processes of the version before'
      USING ERRCODE = '53000';
  END IF;
END $$;
SELECT call_processing.refuse_the_version_before();

DROP VIEW call_processing.call_fact;

-- FORCE holds for the owner, too; it is lifted here until the rows have moved, under locks that nobody sees past.
ALTER TABLE call_processing.call NO FORCE ROW LEVEL SECURITY;
ALTER TABLE call_processing.call DROP CONSTRAINT call_pkey;
ALTER TABLE call_processing.call ADD COLUMN call_no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  ADD CONSTRAINT call_id_once EXCLUDE USING hash (call_id WITH =) WITH (fillfactor = 25);
COMMENT ON COLUMN call_processing.call.call_no IS 'rises with time; there are gaps';

DO $$
DECLARE
  parent text;
  relation record;
BEGIN
  FOR parent IN SELECT call_processing.partitioned_tables() LOOP
    EXECUTE format('ALTER TABLE call_processing.%I NO FORCE ROW LEVEL SECURITY', parent);
    FOR relation IN
      WITH tables AS (SELECT relid::oid AS id FROM pg_partition_tree(format('call_processing.%I', parent)::regclass)),
           relations AS (SELECT id FROM tables UNION ALL SELECT indexrelid FROM pg_index JOIN tables ON indrelid = id)
      SELECT relname AS name FROM pg_class JOIN relations ON id = oid
    LOOP
      EXECUTE format('ALTER TABLE call_processing.%I RENAME TO %I', relation.name, 'old_' || relation.name);  -- indexes, too
    END LOOP;
  END LOOP;
END $$;

-- As in 0002 but for the key; columns of one length go first.
CREATE TABLE call_processing.call_state (
  call_no                     bigint NOT NULL,
  version                     bigint NOT NULL,
  first_seen_month            date NOT NULL,
  started_told                boolean NOT NULL,
  ended_told                  boolean NOT NULL,
  not_connected_told          boolean NOT NULL,
  tenant_id                   text NOT NULL,
  lifecycle                   text NOT NULL,
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
  PRIMARY KEY (call_no, first_seen_month)
) PARTITION BY RANGE (first_seen_month);

CREATE TABLE call_processing.call_cost (
  call_no          bigint NOT NULL,
  first_seen_month date NOT NULL,
  revision         integer NOT NULL,
  webhook_id       uuid NOT NULL,
  tenant_id        text NOT NULL,
  content_sha256   text NOT NULL,
  total_usd        numeric NOT NULL,
  provider_seconds numeric,
  PRIMARY KEY (call_no, revision, first_seen_month)
) PARTITION BY RANGE (first_seen_month);

CREATE TABLE call_processing.call_cost_item (
  call_no          bigint NOT NULL,
  first_seen_month date NOT NULL,
  revision         integer NOT NULL,
  position         integer NOT NULL,
  transfer_leg     boolean NOT NULL,
  tenant_id        text NOT NULL,
  product          text NOT NULL,
  cost_usd         numeric NOT NULL,
  unit_price_usd   numeric,
  PRIMARY KEY (call_no, revision, position, first_seen_month)
) PARTITION BY RANGE (first_seen_month);

CREATE TABLE call_processing.call_analysis (
  call_no          bigint NOT NULL,
  first_seen_month date NOT NULL,
  revision         integer NOT NULL,
  webhook_id       uuid NOT NULL,
  tenant_id        text NOT NULL,
  content_sha256   text NOT NULL,
  summary          text,
  user_sentiment   text,
  call_successful  boolean,
  in_voicemail     boolean,
  custom_json      text,
  PRIMARY KEY (call_no, revision, first_seen_month)
) PARTITION BY RANGE (first_seen_month);

CREATE TABLE call_processing.call_transcript (
  call_no          bigint NOT NULL,
  first_seen_month date NOT NULL,
  webhook_id       uuid NOT NULL,
  tenant_id        text NOT NULL,
  transcript_json  text NOT NULL,
  PRIMARY KEY (call_no, first_seen_month)
) PARTITION BY RANGE (first_seen_month);

DO $$
BEGIN
  ALTER TABLE call_processing.call_transcript ALTER COLUMN transcript_json SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
  RAISE NOTICE 'this server has no lz4: transcripts stay with pglz';
END $$;

-- The months that there were, the rows in the order of their numbers, and the guards.
DO $$
DECLARE
  parent text;
  kept_columns text;
  month date;
  there bigint;
  moved bigint;
BEGIN
  FOR parent IN SELECT call_processing.partitioned_tables() LOOP
    EXECUTE format('CREATE TABLE call_processing.%I PARTITION OF call_processing.%I DEFAULT', parent || '_default', parent);
    PERFORM call_processing.guard_tenants(format('call_processing.%I', parent || '_default')::regclass);
  END LOOP;
  FOR month IN
    SELECT DISTINCT to_date(right(relname, 7), 'YYYY_MM') FROM pg_inherits JOIN pg_class ON oid = inhrelid
    WHERE inhparent IN (SELECT format('call_processing.%I', 'old_' || name)::regclass FROM call_processing.partitioned_tables() AS name)
      AND relname ~ '_\d{4}_\d{2}$'
  LOOP
    PERFORM call_processing.make_partitions(month, 1);
  END LOOP;
  FOR parent IN SELECT call_processing.partitioned_tables() LOOP
    SELECT string_agg(quote_ident(attname), ', ') INTO kept_columns FROM pg_attribute
      WHERE attrelid = format('call_processing.%I', parent)::regclass AND attnum > 0 AND attname <> 'call_no';
    EXECUTE format('INSERT INTO call_processing.%I (call_no, %s)
                    SELECT call_no, %s FROM call_processing.%I JOIN (SELECT call_id, call_no FROM call_processing.call) AS numbered
                      USING (call_id) ORDER BY call_no', parent, kept_columns, kept_columns, 'old_' || parent);
    GET DIAGNOSTICS moved = ROW_COUNT;
    EXECUTE format('SELECT count(*) FROM call_processing.%I', 'old_' || parent) INTO there;
    IF moved <> there THEN
      RAISE EXCEPTION '% rows of % are about calls that are not in call_processing.call', there - moved, parent;
    END IF;
    EXECUTE format('DROP TABLE call_processing.%I', 'old_' || parent);
    PERFORM call_processing.guard_tenants(format('call_processing.%I', parent)::regclass);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON call_processing.%I TO call_processing_app', parent);
  END LOOP;
END $$;
ALTER TABLE call_processing.call FORCE ROW LEVEL SECURITY;

-- As in 0002, with the call's id from where it is now.
CREATE VIEW call_processing.call_fact WITH (security_invoker = true) AS
SELECT s.tenant_id, c.call_id, s.first_seen_month, f.fact, f.value,
       split_part(f.source, ':', 1)::smallint AS event_rank,
       split_part(f.source, ':', 2)::bigint AS event_timestamp_ms,
       split_part(f.source, ':', 3)::uuid AS webhook_id
FROM call_processing.call c JOIN call_processing.call_state s USING (call_no, first_seen_month)
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

-- Who connected meanwhile waits for these tables, and would find them new.
SELECT call_processing.refuse_the_version_before();
DROP FUNCTION call_processing.refuse_the_version_before();
