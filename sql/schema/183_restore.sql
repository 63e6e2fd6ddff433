-- 183_restore.sql - what a deleted product was called, so that it can come back.

ALTER TABLE product ADD slug_before text;
ALTER TABLE variant ADD sku_before text;
COMMENT ON COLUMN product.slug_before IS 'Of a deleted one: its slug, which is free for others.';
COMMENT ON COLUMN variant.sku_before IS 'Of a deleted product: its SKU, which is free for others.';
