-- 065_payments.sql - an order can be paid anew while older money still goes
-- back, and a refund asked for twice by one request is one.

ALTER TABLE payment ADD COLUMN is_returning boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN payment.is_returning IS
    'It pays for its order no more: what it brought goes back.';

DROP INDEX payment_one_live;
CREATE UNIQUE INDEX payment_one_live ON payment (order_id)
    WHERE state NOT IN ('failed', 'canceled', 'voided', 'expired') AND NOT is_returning;

-- Who asked, with which Idempotency-Key, for what: NULL when the shop itself
-- or somebody at the gateway gave the money back.
ALTER TABLE refund ADD COLUMN request_key text CONSTRAINT refund_request_key UNIQUE;
CREATE UNIQUE INDEX refund_reference_key ON refund (gateway_reference);
