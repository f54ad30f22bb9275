-- What is kept for so many months only goes by the month. `call` stays: it holds nobody's words, and says for ever whose a call is.

-- One row once something was dropped: calls first seen before that day have nothing left but their row in `call`.
CREATE TABLE call_processing.forgotten (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  before   date NOT NULL
);
GRANT SELECT ON call_processing.forgotten TO call_processing_app;

-- Drops the partitions of what is older than the month of `today` and the `keep` months before it, and deletes what of that age had to go to
-- the default partitions. Returns how many were dropped; on most days it has nothing to do. All or nothing: it gives up rather than
-- wait long for a lock that everybody else would wait behind.
CREATE FUNCTION call_processing.drop_partitions(today date, keep integer) RETURNS integer
LANGUAGE plpgsql SET lock_timeout = '2s' AS $$
DECLARE
  cutoff date := (date_trunc('month', today) - make_interval(months => keep))::date;
  parent text;
  partition regclass;
  dropped integer := 0;
BEGIN
  IF keep < 1 THEN
    RAISE EXCEPTION 'at least the month before this one is kept';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('call_processing.make_partitions'));
  INSERT INTO call_processing.forgotten AS known (before) VALUES (cutoff)
    ON CONFLICT (only_row) DO UPDATE SET before = excluded.before WHERE known.before < excluded.before;
  IF NOT FOUND THEN
    RETURN 0;
  END IF;
  FOR parent IN SELECT call_processing.partitioned_tables() LOOP
    FOR partition IN
      SELECT child.oid FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
      WHERE inhparent = format('call_processing.%I', parent)::regclass
        AND child.relname ~ ('^' || parent || '_\d{4}_\d{2}$') AND to_date(right(child.relname, 7), 'YYYY_MM') < cutoff
    LOOP
      EXECUTE format('DROP TABLE %s', partition);
      dropped := dropped + 1;
    END LOOP;
    -- As in make_partitions: FORCE is lifted for this alone, under a lock that nobody sees past.
    EXECUTE format('ALTER TABLE call_processing.%I NO FORCE ROW LEVEL SECURITY', parent || '_default');
    EXECUTE format('DELETE FROM call_processing.%I WHERE first_seen_month < %L', parent || '_default', cutoff);
    EXECUTE format('ALTER TABLE call_processing.%I FORCE ROW LEVEL SECURITY', parent || '_default');
  END LOOP;
  RETURN dropped;
END $$;
REVOKE ALL ON FUNCTION call_processing.drop_partitions(date, integer) FROM PUBLIC;
