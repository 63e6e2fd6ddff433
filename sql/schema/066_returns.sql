-- 066_returns.sql - money that should have gone back by now is found quickly.

CREATE INDEX payment_returning ON payment (updated_at)
    WHERE is_returning AND captured > refunded + refund_pending;
