-- The balance of an entry is asked for once for each of its lines, by the table's key, and the service's sessions plan each statement for its
-- parameters (docs/decisions/0093): planning was four fifths of what a commit cost. Here one plan holds for the session; that it goes by the key is
-- said as well, for a plan that was made while the table was small would read it from end to end while it grows.
ALTER FUNCTION billing.require_balanced_entry() SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION billing.require_balanced_entry() SET enable_seqscan = off;
