-- 130_order_keys.sql - payments and refunds of an order by key: order_show
-- read every payment there is.

CREATE INDEX payment_order ON payment (order_id);
CREATE INDEX refund_order ON refund (order_id);
