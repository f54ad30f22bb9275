-- The plans that the directory tells, the usage of each call with what it costs, and the books.

CREATE TABLE billing.price_plan (
  tenant_id     text NOT NULL,
  plan_id       text COLLATE "C" NOT NULL,
  sequence      bigint NOT NULL,
  changed_at_ms bigint NOT NULL,
  gone_at_ms    bigint,
  PRIMARY KEY (tenant_id, plan_id)
);
CREATE TABLE billing.price_plan_version (
  tenant_id         text NOT NULL,
  plan_id           text COLLATE "C" NOT NULL,
  version           integer NOT NULL,
  valid_from_ms     bigint NOT NULL,
  currency          text NOT NULL,
  per_minute_e6     bigint NOT NULL,
  first_increment_s integer NOT NULL,
  next_increment_s  integer NOT NULL,
  free_threshold_ms bigint NOT NULL,
  minimum_e6        bigint NOT NULL,
  PRIMARY KEY (tenant_id, plan_id, version)
);

-- One row for each call and kind, for ever: whatever comes again meets it. It holds what is known and the charge that holds.
CREATE TABLE billing.usage (
  usage_id        uuid PRIMARY KEY,
  tenant_id       text NOT NULL,
  call_id         text COLLATE "C" NOT NULL,
  kind            text NOT NULL CHECK (kind = 'call'),
  home_topic      text NOT NULL,
  home_partition  integer NOT NULL,
  status          text NOT NULL DEFAULT 'seen' CHECK (status IN ('seen', 'pending', 'priced')),
  version         bigint NOT NULL DEFAULT 0,
  usage_revision  integer NOT NULL DEFAULT 0,
  journal_entries bigint NOT NULL DEFAULT 0,
  connected       boolean,
  ended_at_ms     bigint,
  duration_ms     bigint,
  cost_revision   integer,
  cost_event      uuid,
  cost_currency   text,
  cost_total      numeric,
  cost_e6         bigint,
  plan_id         text,
  plan_version    integer,
  currency        text,
  net_e6          bigint,
  billable_ms     bigint,
  increments      bigint,
  margin_e6       bigint,
  charges_told    uuid[] NOT NULL DEFAULT '{}',
  UNIQUE (tenant_id, call_id, kind)
) WITH (fillfactor = 80);
-- What a changed plan concerns: the calls of a company that ended at an instant or later.
CREATE INDEX usage_by_end ON billing.usage (tenant_id, ended_at_ms);

-- Revisions are appended, never overwritten: the highest holds.
CREATE TABLE billing.usage_revision (
  usage_id    uuid NOT NULL,
  revision    integer NOT NULL,
  tenant_id   text NOT NULL,
  cause       uuid NOT NULL,
  connected   boolean NOT NULL,
  ended_at_ms bigint NOT NULL,
  duration_ms bigint,
  PRIMARY KEY (usage_id, revision)
);
CREATE TABLE billing.charge_revision (
  usage_id      uuid NOT NULL,
  revision      integer NOT NULL,
  tenant_id     text NOT NULL,
  cause         uuid NOT NULL,
  reason        text NOT NULL,
  plan_id       text NOT NULL,
  plan_version  integer NOT NULL,
  currency      text NOT NULL,
  net_e6        bigint NOT NULL,
  billable_ms   bigint NOT NULL,
  increments    bigint NOT NULL,
  cost_currency text,
  cost_total    numeric,
  cost_e6       bigint,
  margin_e6     bigint,
  PRIMARY KEY (usage_id, revision)
);

-- The books, double entry: an entry is the lines of a usage with one number; a debit is positive, a credit negative. Appended only.
CREATE TABLE billing.journal_line (
  usage_id  uuid NOT NULL,
  entry     bigint NOT NULL,
  line      smallint NOT NULL,
  tenant_id text NOT NULL,
  cause     uuid NOT NULL,
  account   text NOT NULL CHECK (account IN ('receivable', 'revenue_usage', 'provider_cost', 'provider_accrual')),
  currency  text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  amount_e6 bigint NOT NULL CHECK (amount_e6 <> 0),
  posted_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (usage_id, entry, line)
);

-- Each entry sums to zero in each currency, for its company, when the transaction commits. The role that writes has no way around it: it
-- owns nothing, so it cannot take the trigger off; and a line that it hides from itself (by naming other tenants before the commit)
-- is refused as well, because a sum that cannot be seen is no proof.
CREATE FUNCTION billing.require_balanced_entry() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  one billing.journal_line;
BEGIN
  IF TG_OP <> 'DELETE' AND NOT EXISTS (SELECT FROM billing.journal_line l
      WHERE l.usage_id = NEW.usage_id AND l.entry = NEW.entry AND l.line = NEW.line AND l.tenant_id = NEW.tenant_id) THEN
    RAISE EXCEPTION 'a journal line is not to be seen when it is to be proved' USING ERRCODE = 'check_violation', CONSTRAINT = 'balanced_entry';
  END IF;
  FOREACH one IN ARRAY CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW] WHEN 'DELETE' THEN ARRAY[OLD] ELSE ARRAY[OLD, NEW] END LOOP
    IF EXISTS (SELECT FROM billing.journal_line l
        WHERE l.usage_id = one.usage_id AND l.entry = one.entry AND l.tenant_id = one.tenant_id
        GROUP BY l.currency HAVING sum(l.amount_e6) <> 0) THEN
      RAISE EXCEPTION 'a journal entry is not balanced' USING ERRCODE = 'check_violation', CONSTRAINT = 'balanced_entry';
    END IF;
  END LOOP;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER balanced_entry AFTER INSERT OR UPDATE OR DELETE ON billing.journal_line
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION billing.require_balanced_entry();

-- Tenants never meet: no tenants set, no rows.
DO $$
DECLARE
  guarded text;
BEGIN
  FOREACH guarded IN ARRAY ARRAY['price_plan', 'price_plan_version', 'usage', 'usage_revision', 'charge_revision', 'journal_line'] LOOP
    EXECUTE format('ALTER TABLE billing.%I ENABLE ROW LEVEL SECURITY', guarded);
    EXECUTE format('ALTER TABLE billing.%I FORCE ROW LEVEL SECURITY', guarded);
    EXECUTE format($policy$
      CREATE POLICY tenants ON billing.%I TO billing_app
        USING (tenant_id = ANY (((SELECT string_to_array(nullif(current_setting('app.tenants', true), ''), ',')))::text[]))
        WITH CHECK (tenant_id = ANY (((SELECT string_to_array(nullif(current_setting('app.tenants', true), ''), ',')))::text[]))
      $policy$, guarded);
  END LOOP;
END $$;
GRANT USAGE ON SCHEMA billing TO billing_app;
GRANT SELECT, INSERT, UPDATE ON billing.price_plan, billing.usage TO billing_app;
-- A plan's record replaces its versions; everything else stays.
GRANT SELECT, INSERT, DELETE ON billing.price_plan_version TO billing_app;
GRANT SELECT, INSERT ON billing.usage_revision, billing.charge_revision, billing.journal_line TO billing_app;

-- For people: what each account holds. All accounts of a company and currency sum to zero. With the rights and the tenants of who asks.
CREATE VIEW billing.trial_balance WITH (security_invoker = true) AS
SELECT tenant_id, currency, account, sum(amount_e6) AS balance_e6, count(*) AS lines
FROM billing.journal_line GROUP BY tenant_id, currency, account;
GRANT SELECT ON billing.trial_balance TO billing_app;
