-- variants.sql - what is sold of a product, and at what price.

-- name: variant_insert :one
WITH v AS (
    INSERT INTO variant (id, product_id, sku, weight_grams) VALUES ($1, $2, $3, $4) RETURNING id
)
INSERT INTO price (variant_id, currency, amount, compare_at_amount)
SELECT v.id, $5, $6, $7 FROM v RETURNING variant_id;

-- name: variant_update :one
UPDATE variant SET sku = coalesce($2, sku), weight_grams = coalesce($3, weight_grams)
 WHERE id = $1
RETURNING id;

-- name: price_update :one
-- $4 says whether the compare-at price is given, perhaps as null.
INSERT INTO price AS p (variant_id, currency, amount, compare_at_amount)
SELECT $1, $2, coalesce($3, (SELECT amount FROM price WHERE variant_id = $1 AND currency = $2)), $5
    ON CONFLICT (variant_id, currency) DO UPDATE SET amount = EXCLUDED.amount,
       compare_at_amount = CASE WHEN $4::boolean THEN EXCLUDED.compare_at_amount
                                ELSE p.compare_at_amount END
RETURNING variant_id;
