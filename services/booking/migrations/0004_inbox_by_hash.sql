-- Ids of messages are random, so each went to another leaf of the B-tree. A hash index with room finds it in one page, of which little is
-- written (docs/decisions/0098).
ALTER TABLE booking.inbox
  DROP CONSTRAINT inbox_pkey,
  ADD CONSTRAINT inbox_message_once EXCLUDE USING hash (message_id WITH =) WITH (fillfactor = 25);
