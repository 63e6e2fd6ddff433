-- 209_cart_merge.sql - a guest's cart that became part of a customer's. Its
-- lines stay as they were, so that it can be told, and restored by hand.

ALTER TABLE cart DROP CONSTRAINT cart_state_check;
ALTER TABLE cart ADD CONSTRAINT cart_state_check
    CHECK (state IN ('active', 'frozen', 'ordered', 'abandoned', 'merged'));
ALTER TABLE cart ADD COLUMN merged_into uuid REFERENCES cart (id) ON DELETE SET NULL;
ALTER TABLE cart ADD CONSTRAINT cart_merged_into_another CHECK (merged_into IS NULL
    OR (state = 'merged' AND merged_into <> id));
CREATE INDEX cart_merged_into ON cart (merged_into) WHERE merged_into IS NOT NULL;

DROP INDEX cart_expiry;
CREATE INDEX cart_expiry ON cart (expires_at) WHERE state IN ('active', 'abandoned', 'merged');
