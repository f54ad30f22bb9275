-- Whose a booking is, proven by a workspace's own webhooks, for webhooks that name no tenant (docs/decisions/0022). Read before a transaction has
-- tenants, so these two are not guarded; they hold no more of a tenant than that. tenant_id is NULL while a webhook waits to learn it.
CREATE TABLE booking.uid_owner (
  workspace text COLLATE "C" NOT NULL,
  uid       text COLLATE "C" NOT NULL,
  tenant_id text,
  PRIMARY KEY (workspace, uid)
);
CREATE TABLE booking.waiting_webhook (
  webhook_id     uuid PRIMARY KEY,
  workspace      text COLLATE "C" NOT NULL,
  uid            text COLLATE "C" NOT NULL,
  event          text NOT NULL,
  received_at_ms bigint NOT NULL,
  body           text NOT NULL
);
CREATE INDEX waiting_webhook_uid ON booking.waiting_webhook (workspace, uid);

-- Which appointment a booking belongs to (founder: the booking of it that was heard of first) and in which month its own rows lie.
CREATE TABLE booking.booking (
  tenant_id        text COLLATE "C" NOT NULL,
  uid              text COLLATE "C" NOT NULL,
  founder          text COLLATE "C" NOT NULL,
  first_seen_month date NOT NULL,
  PRIMARY KEY (tenant_id, uid)
);
CREATE INDEX booking_founder ON booking.booking (tenant_id, founder);

-- The calls that each tenant has, and which bookings claim one.
CREATE TABLE booking.call (
  tenant_id text COLLATE "C" NOT NULL,
  call_id   text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant_id, call_id)
);
CREATE TABLE booking.call_claim (
  tenant_id text COLLATE "C" NOT NULL,
  call_id   text COLLATE "C" NOT NULL,
  uid       text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant_id, call_id, uid)
);

-- Partitioned by the month in which the booking (appointment, appointment_told: the founder) was first heard of.
CREATE TABLE booking.appointment (
  tenant_id        text COLLATE "C" NOT NULL,
  founder          text COLLATE "C" NOT NULL,
  first_seen_month date NOT NULL,
  appointment_id   uuid,           -- NULL while the first booking of the chain is not known for certain
  heard_first_ms   bigint NOT NULL,
  input_topic      text NOT NULL,  -- the partition of its first webhook, whose owner publishes all of its events
  input_partition  integer NOT NULL,
  version          bigint NOT NULL,
  status           text NOT NULL,  -- the standing, as last told
  current_uid      text,
  starts_at_ms     bigint,
  ends_at_ms       bigint,
  taken_over_by    text COLLATE "C",  -- the founder of the appointment that this one turned out to be a part of
  PRIMARY KEY (tenant_id, founder, first_seen_month)
) PARTITION BY RANGE (first_seen_month);
CREATE INDEX appointment_id ON booking.appointment (appointment_id);
CREATE INDEX appointment_silent ON booking.appointment (tenant_id, heard_first_ms) WHERE appointment_id IS NULL AND taken_over_by IS NULL;

-- What was said of each booking: the best webhook of each kind. The state is a function of these rows.
CREATE TABLE booking.statement (
  tenant_id          text COLLATE "C" NOT NULL,
  uid                text COLLATE "C" NOT NULL,
  said               smallint NOT NULL,  -- domain/booking_webhook.hpp
  variant            text COLLATE "C" NOT NULL,
  first_seen_month   date NOT NULL,
  webhook_id         uuid NOT NULL,
  said_at_ms         bigint,
  received_at_ms     bigint NOT NULL,
  status             text,
  starts_at_ms       bigint,
  ends_at_ms         bigint,
  booking_id         bigint,
  event_type_id      bigint,
  title              text,
  time_zone          text,
  host_name          text,
  host_email         text,
  customer_name      text,
  customer_email     text,
  customer_phone     text,
  ical_uid           text,
  ical_sequence      bigint,
  claimed_call       text,
  predecessor        text,
  old_booking_id     bigint,
  old_starts_at_ms   bigint,
  old_ends_at_ms     bigint,
  actor_email        text,
  reason             text,
  new_time_requested boolean NOT NULL,
  seated             boolean NOT NULL,
  seat_marks         text[] NOT NULL,
  absent_attendees   bigint NOT NULL,
  PRIMARY KEY (tenant_id, uid, said, variant, first_seen_month)
) PARTITION BY RANGE (first_seen_month);

-- What was told of each fact, appended, never overwritten: the highest revision holds; a digest of zeros: it was withdrawn.
CREATE TABLE booking.appointment_told (
  tenant_id        text COLLATE "C" NOT NULL,
  founder          text COLLATE "C" NOT NULL,
  first_seen_month date NOT NULL,
  event            text COLLATE "C" NOT NULL,
  uid              text COLLATE "C" NOT NULL,
  revision         integer NOT NULL,
  content_digest   uuid NOT NULL,
  PRIMARY KEY (tenant_id, founder, event, uid, revision, first_seen_month)
) PARTITION BY RANGE (first_seen_month);

-- Webhooks that no use case takes, as they came.
CREATE TABLE booking.kept_webhook (
  tenant_id        text NOT NULL,
  webhook_id       uuid NOT NULL,
  first_seen_month date NOT NULL,
  uid              text,
  event            text NOT NULL,
  received_at_ms   bigint NOT NULL,
  body             text NOT NULL,
  PRIMARY KEY (webhook_id, first_seen_month)
) PARTITION BY RANGE (first_seen_month);

-- Tenants never meet: no tenants set, no rows. Partitions are guarded like their parents, though the service's role has no grant on them.
CREATE FUNCTION booking.guard_tenants(guarded regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', guarded);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', guarded);
  EXECUTE format($policy$
    CREATE POLICY tenants ON %s TO booking_app
      USING (tenant_id = ANY (((SELECT string_to_array(nullif(current_setting('app.tenants', true), ''), ',')))::text[]))
      WITH CHECK (tenant_id = ANY (((SELECT string_to_array(nullif(current_setting('app.tenants', true), ''), ',')))::text[]))
    $policy$, guarded);
END $$;

CREATE FUNCTION booking.partitioned_tables() RETURNS SETOF text LANGUAGE sql IMMUTABLE AS
$$ VALUES ('appointment'), ('statement'), ('appointment_told'), ('kept_webhook') $$;

-- Makes the partitions of `months` months from `first` on, where they are missing, and moves into them what had to go to the default partition
-- in the meantime. The owner role calls it: at every start and once a day. Returns how many were made.
CREATE FUNCTION booking.make_partitions(first date, months integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  parent text;
  begins date;
  name text;
  made integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('booking.make_partitions'));
  FOR parent IN SELECT booking.partitioned_tables() LOOP
    FOR i IN 0 .. months - 1 LOOP
      begins := (date_trunc('month', first) + make_interval(months => i))::date;
      name := parent || '_' || to_char(begins, 'YYYY_MM');
      CONTINUE WHEN to_regclass('booking.' || name) IS NOT NULL;
      EXECUTE format('CREATE TABLE booking.%I (LIKE booking.%I INCLUDING ALL) WITH (fillfactor = 80)', name, parent);
      -- FORCE holds for the owner too; it is lifted for the move alone, under a lock that nobody sees past.
      EXECUTE format('ALTER TABLE booking.%I NO FORCE ROW LEVEL SECURITY', parent || '_default');
      EXECUTE format('WITH moved AS (DELETE FROM booking.%I WHERE first_seen_month >= %L AND first_seen_month < %L RETURNING *)
                      INSERT INTO booking.%I SELECT * FROM moved',
                     parent || '_default', begins, begins + interval '1 month', name);
      EXECUTE format('ALTER TABLE booking.%I FORCE ROW LEVEL SECURITY', parent || '_default');
      PERFORM booking.guard_tenants(format('booking.%I', name)::regclass);
      EXECUTE format('ALTER TABLE booking.%I ATTACH PARTITION booking.%I FOR VALUES FROM (%L) TO (%L)',
                     parent, name, begins, (begins + interval '1 month')::date);
      made := made + 1;
    END LOOP;
  END LOOP;
  RETURN made;
END $$;
REVOKE ALL ON FUNCTION booking.make_partitions(date, integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION booking.guard_tenants(regclass) FROM PUBLIC;

DO $$
DECLARE
  parent text;
BEGIN
  FOR parent IN VALUES ('booking'), ('call'), ('call_claim') LOOP
    PERFORM booking.guard_tenants(format('booking.%I', parent)::regclass);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON booking.%I TO booking_app', parent);
  END LOOP;
  FOR parent IN SELECT booking.partitioned_tables() LOOP
    -- The default partition is there so that an insert never fails for want of a month.
    EXECUTE format('CREATE TABLE booking.%I PARTITION OF booking.%I DEFAULT', parent || '_default', parent);
    PERFORM booking.guard_tenants(format('booking.%I', parent)::regclass);
    PERFORM booking.guard_tenants(format('booking.%I', parent || '_default')::regclass);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON booking.%I TO booking_app', parent);
  END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE ON booking.uid_owner TO booking_app;
GRANT SELECT, INSERT, DELETE ON booking.waiting_webhook TO booking_app;
GRANT USAGE ON SCHEMA booking TO booking_app;
