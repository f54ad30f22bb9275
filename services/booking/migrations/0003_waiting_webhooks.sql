-- A waiting webhook's tenant is not known (docs/decisions/0022), so no tenant_id can guard its row; whose booking it is about can, once that is
-- proven (docs/decisions/0035). Until then the service's role may lay a row down and not read it.
COMMENT ON TABLE booking.uid_owner IS
  'Whose a booking is, proven by a workspace''s own webhooks; ids only. Not guarded: read before a transaction has tenants. tenant_id is NULL while a webhook waits to learn it.';
COMMENT ON TABLE booking.waiting_webhook IS
  'Webhooks of which nobody knows yet whose they are. body is the provider''s, as it came: names, addresses, numbers. Shown to booking_app once uid_owner names a tenant of the transaction, to booking_owner when older than 35 days, which then deletes it.';

ALTER TABLE booking.waiting_webhook ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY laid_down ON booking.waiting_webhook FOR INSERT TO booking_app WITH CHECK (true);
CREATE POLICY proven ON booking.waiting_webhook FOR SELECT TO booking_app
  USING (EXISTS (SELECT FROM booking.uid_owner AS owner WHERE owner.workspace = waiting_webhook.workspace AND owner.uid = waiting_webhook.uid
    AND owner.tenant_id = ANY (string_to_array(nullif(current_setting('app.tenants', true), ''), ','))));
CREATE POLICY taken ON booking.waiting_webhook FOR DELETE TO booking_app
  USING (EXISTS (SELECT FROM booking.uid_owner AS owner WHERE owner.workspace = waiting_webhook.workspace AND owner.uid = waiting_webhook.uid
    AND owner.tenant_id = ANY (string_to_array(nullif(current_setting('app.tenants', true), ''), ','))));
CREATE POLICY too_old ON booking.waiting_webhook TO booking_owner
  USING (received_at_ms < (extract(epoch FROM now() - interval '35 days') * 1000)::bigint);
