-- variants.sql - what is sold of a product, and at what price.

-- name: variant_rows_insert :exec
-- $1 the variants, $2 the currency of their prices, $3 who set them.
WITH r AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS r (
           id uuid, product_id uuid, sku text, barcode text, options jsonb, attributes jsonb,
           weight_grams int, length_mm int, width_mm int, height_mm int, is_default boolean,
           is_active boolean, position int, metadata jsonb, private_metadata jsonb, price bigint,
           compare_at_price bigint)
), v AS (
    INSERT INTO variant (id, product_id, sku, barcode, name, options, attributes, weight_grams, length_mm,
                         width_mm, height_mm, is_default, is_active, position, metadata, private_metadata)
    SELECT r.id, r.product_id, r.sku, coalesce(r.barcode, ''),
           options_name(p.options, coalesce(r.options, '{}')), coalesce(r.options, '{}'),
           coalesce(r.attributes, '{}'), coalesce(r.weight_grams, 0), r.length_mm, r.width_mm, r.height_mm,
           coalesce(r.is_default, false), coalesce(r.is_active, true), coalesce(r.position, 0),
           coalesce(r.metadata, '{}'), coalesce(r.private_metadata, '{}')
      FROM r JOIN product p ON p.id = r.product_id
)
INSERT INTO price (variant_id, currency, amount, compare_at_amount)
SELECT r.id, $2, r.price, r.compare_at_price
  FROM (SELECT price_cause('staff', $3::uuid)) AS told, r WHERE r.price IS NOT NULL;

-- name: variant_rows_update :exec
-- What a row does not have stays.
WITH r AS (
    SELECT e.r, (e.r ->> 'id')::uuid AS id FROM jsonb_array_elements($1::jsonb) AS e (r)
)
UPDATE variant v SET
       sku = coalesce(r ->> 'sku', v.sku), barcode = coalesce(r ->> 'barcode', v.barcode),
       options = coalesce(r -> 'options', v.options),
       name = options_name(p.options, coalesce(r -> 'options', v.options)),
       attributes = coalesce(r -> 'attributes', v.attributes),
       weight_grams = coalesce((r ->> 'weight_grams')::int, v.weight_grams),
       length_mm = CASE WHEN r ? 'length_mm' THEN (r ->> 'length_mm')::int ELSE v.length_mm END,
       width_mm = CASE WHEN r ? 'width_mm' THEN (r ->> 'width_mm')::int ELSE v.width_mm END,
       height_mm = CASE WHEN r ? 'height_mm' THEN (r ->> 'height_mm')::int ELSE v.height_mm END,
       is_default = coalesce((r ->> 'is_default')::boolean, v.is_default),
       is_active = coalesce((r ->> 'is_active')::boolean, v.is_active),
       position = coalesce((r ->> 'position')::int, v.position),
       metadata = coalesce(r -> 'metadata', v.metadata),
       private_metadata = coalesce(r -> 'private_metadata', v.private_metadata),
       updated_at = now(), version = v.version + 1
  FROM r, product p WHERE v.id = r.id AND p.id = v.product_id;

-- name: variant_rows_price :maybe
-- The regular prices of the rows that tell one, or what to compare it with.
-- $2 their currency, $3 who sets them.
WITH r AS (
    SELECT e.r, (e.r ->> 'id')::uuid AS id FROM jsonb_array_elements($1::jsonb) AS e (r)
     WHERE e.r ->> 'price' IS NOT NULL OR e.r ? 'compare_at_price'
), g AS (
    SELECT r.id, (r.r ->> 'price')::bigint AS amount,
           CASE WHEN r.r ? 'compare_at_price' THEN (r.r ->> 'compare_at_price')::bigint
                ELSE p.compare_at_amount END AS compare_at
      FROM r LEFT JOIN regular_price p ON p.variant_id = r.id AND p.currency = $2
     WHERE r.r ->> 'price' IS NOT NULL OR p.amount IS NOT NULL
     ORDER BY r.id
)
SELECT prices_set(array_agg(id), array_agg($2::text), array_agg(amount), array_agg(compare_at), 'staff', $3::uuid)
  FROM g HAVING count(*) > 0;

-- name: variant_default_leave :exec
-- No variant but $2 is the default one of the product $1.
UPDATE variant SET is_default = false, version = version + 1, updated_at = now()
 WHERE product_id = $1 AND is_default AND id IS DISTINCT FROM $2::uuid;

-- name: variant_default_retire :exec
-- One that is not on sale is the default one only if all are so.
UPDATE variant SET is_default = false
 WHERE product_id = $1 AND is_default AND NOT is_active
   AND EXISTS (SELECT 1 FROM variant o WHERE o.product_id = $1 AND o.is_active AND o.deleted_at IS NULL);

-- name: variant_default_find :exec
-- The first that is on sale, else the first, where there is no default one.
UPDATE variant SET is_default = true, version = version + 1, updated_at = now()
 WHERE id = (SELECT id FROM variant WHERE product_id = $1 AND deleted_at IS NULL
              ORDER BY is_active DESC, position, id LIMIT 1)
   AND NOT EXISTS (SELECT 1 FROM variant WHERE product_id = $1 AND is_default);

-- name: variant_delete :exec
-- The SKU becomes free; stock and what was sold keep the row.
UPDATE variant SET deleted_at = now(), updated_at = now(), version = version + 1, is_default = false,
       sku = 'deleted-' || id
 WHERE id = $1;

-- name: variant_lock :maybe
-- The product first, as everywhere.
WITH p AS MATERIALIZED (
    SELECT id, options, product_type_id FROM product
     WHERE id = (SELECT product_id FROM variant WHERE id = $1) AND deleted_at IS NULL
       FOR NO KEY UPDATE
)
SELECT v.version, p.id, p.options, p.product_type_id, v.is_default,
       (SELECT count(*) FROM variant o WHERE o.product_id = p.id AND o.deleted_at IS NULL) AS count
  FROM p JOIN variant v ON v.product_id = p.id
 WHERE v.id = $1 AND v.deleted_at IS NULL
   FOR NO KEY UPDATE OF v;

-- name: variant_admin_list :many readonly
-- None: no such product. $2 the shop's currency.
SELECT v.id, v.product_id AS product, v.name, v.sku, v.barcode, v.options, v.attributes, pr.amount AS price,
       pr.compare_at_amount AS compare_at_price, pr.currency, v.weight_grams, v.length_mm, v.width_mm,
       v.height_mm, v.is_default, v.is_active, v.position,
       coalesce((SELECT sum(s.on_hand) FROM stock s WHERE s.variant_id = v.id), 0) AS stock_on_hand,
       v.metadata, v.private_metadata, v.created_at, v.updated_at, v.version
  FROM product p
  JOIN variant v ON v.product_id = p.id AND v.deleted_at IS NULL
  LEFT JOIN LATERAL (SELECT * FROM regular_price WHERE variant_id = v.id
                      ORDER BY currency <> $2, currency LIMIT 1) pr ON true
 WHERE p.id = $1 AND p.deleted_at IS NULL
 ORDER BY v.position, v.id;

-- name: variant_admin_show :maybe readonly
SELECT v.id, v.product_id AS product, v.name, v.sku, v.barcode, v.options, v.attributes, pr.amount AS price,
       pr.compare_at_amount AS compare_at_price, pr.currency, v.weight_grams, v.length_mm, v.width_mm,
       v.height_mm, v.is_default, v.is_active, v.position,
       coalesce((SELECT sum(s.on_hand) FROM stock s WHERE s.variant_id = v.id), 0) AS stock_on_hand,
       v.metadata, v.private_metadata, v.created_at, v.updated_at, v.version
  FROM variant v
  JOIN product p ON p.id = v.product_id AND p.deleted_at IS NULL
  LEFT JOIN LATERAL (SELECT * FROM regular_price WHERE variant_id = v.id
                      ORDER BY currency <> $2, currency LIMIT 1) pr ON true
 WHERE v.id = $1 AND v.deleted_at IS NULL;

-- name: variant_product_lock :maybe
-- The product $1 with what its next variant is like; $2 the currency.
SELECT p.options, p.product_type_id, p.slug,
       (SELECT count(*) FROM variant o WHERE o.product_id = p.id AND o.deleted_at IS NULL) AS count,
       (SELECT coalesce(max(o.position), -1) + 1 FROM variant o
         WHERE o.product_id = p.id AND o.deleted_at IS NULL) AS next_position,
       v.weight_grams, (SELECT amount FROM regular_price r WHERE r.variant_id = v.id AND r.currency = $2) AS price
  FROM product p JOIN variant v ON v.product_id = p.id AND v.is_default
 WHERE p.id = $1 AND p.deleted_at IS NULL
   FOR NO KEY UPDATE OF p;

-- name: variant_missing :many readonly
-- The places, from 1, of those of the choices $2 (a JSON list) that no variant
-- of the product $1 has.
SELECT e.place
  FROM jsonb_array_elements($2::jsonb) WITH ORDINALITY AS e (choice, place)
 WHERE NOT EXISTS (SELECT 1 FROM variant v
                    WHERE v.product_id = $1 AND v.options = e.choice AND v.deleted_at IS NULL)
 ORDER BY e.place;

-- name: catalog_wrong_defaults :many readonly slow
SELECT 'product ' || p.id || ' has ' || count(v.id) || ' default variants'
  FROM product p LEFT JOIN variant v ON v.product_id = p.id AND v.is_default
 GROUP BY p.id HAVING count(v.id) <> 1
 LIMIT 100;

-- name: catalog_wrong_options :many readonly slow
SELECT 'variant ' || v.id || ' has options that its product has not'
  FROM variant v JOIN product p ON p.id = v.product_id
 WHERE v.deleted_at IS NULL AND NOT options_fit(p.options, v.options)
 LIMIT 100;
