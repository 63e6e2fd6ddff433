-- 204_privacy_words.sql - how long answers of Idempotency-Key are kept, as the
-- plan tells it.
UPDATE privacy_column SET why = replace(why, 'for a day', 'for 72 hours') WHERE table_name = 'idempotency_key';
COMMENT ON COLUMN idempotency_key.principal IS 'personal: a copy of the id or network address, for 72 hours';
COMMENT ON COLUMN idempotency_key.headers IS 'personal: a copy of an answer, for 72 hours';
COMMENT ON COLUMN idempotency_key.body IS 'personal: a copy of an answer, for 72 hours';
