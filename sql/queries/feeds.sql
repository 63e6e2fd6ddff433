-- feeds.sql - the catalogue for machines: what has changed, product feeds, old
-- addresses.

-- name: changes_now :one readonly
-- Where the log ends now: before the oldest transaction that may still write.
SELECT '[]'::json AS results,
       pg_snapshot_xmin(pg_current_snapshot()) || '.0' AS next,
       false AS has_more, true AS begins;

-- name: changes_since :one readonly
-- What happened after ($1, $2), at most $3 entries of the log, each object once,
-- as it is now. Entries come in the order of their transactions, and only when
-- no older one is under way: what is read once is never followed by an entry
-- before it. A place that is older than the horizon, or of a future that this
-- database has not seen, has expired. $4: the currency; what is not sold in it
-- is gone, as it is from the lists.
WITH log AS MATERIALIZED (
    SELECT c.xid, c.seq, c.at, c.kind, c.object_id
      FROM change_log c
     WHERE (c.xid, c.seq) > ($1::text::xid8, $2::bigint)
       AND c.xid < pg_snapshot_xmin(pg_current_snapshot())
     ORDER BY c.xid, c.seq LIMIT $3
), last AS (
    SELECT xid, seq FROM log ORDER BY xid DESC, seq DESC LIMIT 1
), newest AS (
    SELECT DISTINCT ON (kind, object_id) * FROM log ORDER BY kind, object_id, xid DESC, seq DESC
), more AS (
    -- ordered, so that the index is asked and not the table
    SELECT coalesce((SELECT true FROM change_log c
                      WHERE (c.xid, c.seq) > (SELECT xid, seq FROM last)
                        AND c.xid < pg_snapshot_xmin(pg_current_snapshot())
                      ORDER BY c.xid, c.seq LIMIT 1), false) AS has_more
)
SELECT (SELECT coalesce(json_agg(json_build_object(
                   'type', n.kind, 'id', n.object_id,
                   'is_gone', n.kind = 'product' AND l.product_id IS NULL,
                   'changed_at', time_text(n.at),
                   'product', CASE WHEN l.product_id IS NOT NULL THEN json_build_object(
                       'id', k.product_id, 'slug', k.slug, 'name', k.name, 'brand', k.brand,
                       'category', k.category, 'sku', k.sku,
                       'price', money_text(l.price, l.currency),
                       'price_max', money_text(l.price_max, l.currency),
                       'compare_at_price', money_text(l.compare_at_amount, l.currency),
                       'currency', l.currency, 'in_stock', k.in_stock, 'image', k.image,
                       'variant_count', k.variant_count, 'rating_average', k.rating_average::text,
                       'rating_count', k.rating_count, 'created_at', time_text(l.created_at)) END)
                   ORDER BY n.xid, n.seq), '[]')
          FROM newest n
          LEFT JOIN card k ON n.kind = 'product' AND k.product_id = n.object_id
          LEFT JOIN listing l ON l.product_id = k.product_id AND l.currency = $4::text
           AND l.category_id = '00000000-0000-0000-0000-000000000000') AS results,
       CASE WHEN (SELECT has_more FROM more)
            THEN (SELECT xid || '.' || seq FROM last)
            ELSE pg_snapshot_xmin(pg_current_snapshot()) || '.0' END AS next,
       (SELECT has_more FROM more) AS has_more, false AS begins,
       EXISTS (SELECT 1 FROM change_horizon h WHERE (h.xid, h.seq) > ($1::text::xid8, $2::bigint))
       OR $1::text::xid8 > pg_snapshot_xmax(pg_current_snapshot()) AS has_expired;

-- name: changes_prune :one
-- The oldest of what is older than $1 days, at most $2 entries. The horizon
-- moves in the same breath.
WITH old AS (
    SELECT xid, seq FROM change_log
     WHERE at < now() - make_interval(days => $1) AND xid < pg_snapshot_xmin(pg_current_snapshot())
     ORDER BY xid, seq LIMIT $2
), gone AS (
    DELETE FROM change_log c USING old WHERE c.seq = old.seq RETURNING c.xid, c.seq
), last AS (
    SELECT xid, seq FROM gone ORDER BY xid DESC, seq DESC LIMIT 1
), horizon AS (
    INSERT INTO change_horizon AS h (xid, seq) SELECT xid, seq FROM last
        ON CONFLICT (is_only) DO UPDATE SET xid = EXCLUDED.xid, seq = EXCLUDED.seq, at = now()
     WHERE (h.xid, h.seq) < (EXCLUDED.xid, EXCLUDED.seq)
)
SELECT count(*) FROM gone;

-- name: feed_batch :many readonly slow
-- The next $3 variants after $1, those that are for sale in currency $2 with
-- all that a product feed tells. The others come, too, so that the last id is
-- always known.
SELECT v.id, k.product_id IS NOT NULL AND pr.amount IS NOT NULL AS is_sold,
       v.sku, k.product_id AS item_group, k.variant_count > 1 AS is_grouped,
       left(p.name || CASE WHEN v.name = '' THEN '' ELSE ' - ' || v.name END, 150) AS title,
       left(coalesce(nullif(p.description, ''), p.name), 5000) AS description,
       k.slug, k.image, k.brand, v.barcode, v.weight_grams,
       pr.amount, pr.compare_at_amount, pr.currency,
       coalesce((SELECT true FROM stock s WHERE s.variant_id = v.id
                    AND s.on_hand - s.allocated - s.reserved - s.safety + s.backorder_limit > 0
                  LIMIT 1), false) AS in_stock,
       (SELECT string_agg(a.name, ' > ' ORDER BY cardinality(a.lineage))
          FROM category c JOIN category a ON a.id = ANY (c.lineage) WHERE c.id = p.category_id) AS category,
       (SELECT o.value FROM jsonb_each_text(v.options) AS o
         WHERE lower(o.key) IN ('colour', 'color') LIMIT 1) AS colour,
       (SELECT o.value FROM jsonb_each_text(v.options) AS o WHERE lower(o.key) = 'size' LIMIT 1) AS size
  FROM (SELECT * FROM variant WHERE id > $1::uuid ORDER BY id LIMIT $3) v
  LEFT JOIN card k ON k.product_id = v.product_id AND v.is_active AND v.deleted_at IS NULL
  LEFT JOIN price pr ON pr.variant_id = v.id AND pr.currency = $2
  LEFT JOIN product p ON p.id = k.product_id
 ORDER BY v.id;

-- name: sitemap_batch :many readonly slow
-- The next $2 published products after $1.
SELECT k.product_id AS id, k.slug, p.updated_at
  FROM card k JOIN product p ON p.id = k.product_id
 WHERE k.product_id > $1::uuid
 ORDER BY k.product_id LIMIT $2;

-- name: sitemap_places :many readonly slow
SELECT 'categories' AS kind, c.slug, c.updated_at FROM category c WHERE place_count(c.id) > 0
UNION ALL
SELECT 'collections', k.slug, k.updated_at FROM collection k WHERE k.is_published
 ORDER BY 1, 2;

-- name: sitemap_parts :many readonly slow
-- Where each further part begins, at every $1th product: behind this id.
SELECT product_id FROM (
    SELECT product_id, row_number() OVER (ORDER BY product_id) AS place FROM card) k
 WHERE place % $1::bigint = 0 ORDER BY product_id;

-- name: redirect_list :page readonly
SELECT r.kind, r.old_slug, slug_now(r.kind, r.old_slug) AS new_slug, r.created_at
       [[count]], (SELECT count(*) FROM slug_redirect r WHERE true [[filters]]) AS total_count [[end]]
       [[cursor]]
  FROM slug_redirect r
 WHERE true [[filters]] [[after]]
 ORDER BY [[order]] [[page]];
