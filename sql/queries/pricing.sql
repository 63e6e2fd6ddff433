-- pricing.sql - prices of variants, their schedules, their history.

-- ---- all prices of one variant ----

-- name: price_variant_lock :maybe
-- Whoever writes prices has locked the product.
SELECT p.id
  FROM variant v JOIN product p ON p.id = v.product_id
 WHERE v.id = $1 AND v.deleted_at IS NULL AND p.deleted_at IS NULL
   FOR NO KEY UPDATE OF p;

-- name: price_variant_find :maybe readonly
SELECT v.id
  FROM variant v JOIN product p ON p.id = v.product_id
 WHERE v.id = $1 AND v.deleted_at IS NULL AND p.deleted_at IS NULL;

-- name: price_state :one readonly
-- The version of a variant's prices; and a currency not among $2 whose price
-- cannot go, because a schedule of it is yet to end.
SELECT price_version($1::uuid),
       (SELECT min(s.currency) FROM price_schedule s
         WHERE s.variant_id = $1 AND s.currency <> ALL ($2::text[])
           AND coalesce(upper(s.during) > clock_timestamp(), true));

-- name: price_replace :one
SELECT prices_replace($1::uuid, $2::text[], $3::bigint[],
                      ARRAY(SELECT nullif(c, 0) FROM unnest($4::bigint[]) WITH ORDINALITY AS g (c, place)
                             ORDER BY place), $5::uuid);

-- name: price_variant_show :maybe readonly
-- lowest: what the compare-at price may not be higher than. A regular price
-- that waits behind a scheduled one is judged as if it came now.
SELECT v.id AS variant, v.sku, price_version(v.id) AS version,
       coalesce((SELECT json_agg(json_build_object(
                'currency', p.currency,
                'amount', money_text(r.amount, p.currency),
                'compare_at_amount', money_text(r.compare_at_amount, p.currency),
                'price', money_text(p.amount, p.currency),
                'compare_at_price', money_text(p.compare_at_amount, p.currency),
                'schedule', s.id,
                'lowest_price_30_days', money_text(l.lowest, p.currency),
                'warning', price_warning(r.amount, r.compare_at_amount, l.lowest)) ORDER BY p.currency)
           FROM price p
           JOIN regular_price r ON (r.variant_id, r.currency) = (p.variant_id, p.currency)
           LEFT JOIN price_schedule s ON p.regular_amount IS NOT NULL AND s.variant_id = p.variant_id
            AND s.currency = p.currency AND s.during @> now()
          CROSS JOIN LATERAL (SELECT CASE WHEN p.regular_amount IS NULL
                THEN price_lowest_30(p.variant_id, p.currency)
                ELSE price_lowest_before(p.variant_id, p.currency, now()) END AS lowest) l
          WHERE p.variant_id = v.id), '[]') AS prices
  FROM variant v JOIN product o ON o.id = v.product_id
 WHERE v.id = $1 AND v.deleted_at IS NULL AND o.deleted_at IS NULL;

-- name: price_refresh :one
SELECT true FROM (SELECT listing_refresh($1)) AS done;

-- ---- many at once ----

-- name: price_bulk_find :many readonly
-- What rows name, in their order; kinds $1 (variant, sku), keys $2.
SELECT v.id, v.product_id
  FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS g (kind, key, place)
  LEFT JOIN LATERAL (
       SELECT v.id, v.product_id
         FROM variant v JOIN product p ON p.id = v.product_id
        WHERE v.id = CASE g.kind WHEN 'variant' THEN g.key::uuid
                                 ELSE (SELECT id FROM variant WHERE sku = g.key) END
          AND v.deleted_at IS NULL AND p.deleted_at IS NULL) v ON true
 ORDER BY g.place;

-- name: price_products_lock :many
SELECT id FROM product WHERE id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE;

-- name: price_bulk_set :many slow
-- Whether each row changes what there was.
WITH g AS MATERIALIZED (
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[])
           WITH ORDINALITY AS g (variant_id, currency, amount, compare_at, place)
), before AS MATERIALIZED (
    SELECT g.place, (r.amount, r.compare_at_amount) IS DISTINCT FROM (g.amount, nullif(g.compare_at, 0))
           AS is_changed
      FROM g LEFT JOIN regular_price r ON (r.variant_id, r.currency) = (g.variant_id, g.currency)
), done AS MATERIALIZED (
    SELECT prices_set(array_agg(variant_id), array_agg(currency), array_agg(amount),
                      array_agg(nullif(compare_at, 0)), 'bulk', $5::uuid) FROM g
)
SELECT before.is_changed FROM before CROSS JOIN done ORDER BY before.place;

-- ---- schedules ----

-- name: price_schedule_list :page readonly
SELECT s.id, s.variant_id AS variant, v.sku, s.currency, s.amount, s.compare_at_amount,
       lower(s.during) AS starts_at, upper(s.during) AS ends_at,
       CASE WHEN upper(s.during) <= now() THEN 'ended' WHEN lower(s.during) > now() THEN 'scheduled'
            ELSE 'active' END AS state,
       l.lowest AS lowest_price_30_days, price_warning(s.amount, s.compare_at_amount, l.lowest) AS warning,
       s.created_at, s.updated_at, s.version, count(*) OVER () AS total_count
  FROM price_schedule s
  JOIN variant v ON v.id = s.variant_id
 CROSS JOIN LATERAL (SELECT price_lowest_before(s.variant_id, s.currency, lower(s.during)) AS lowest) l
 WHERE s.variant_id = $1 [[filters]]
 ORDER BY [[order]] [[page]];

-- name: price_schedule_show :maybe readonly
SELECT s.id, s.variant_id AS variant, v.sku, s.currency, s.amount, s.compare_at_amount,
       lower(s.during) AS starts_at, upper(s.during) AS ends_at,
       CASE WHEN upper(s.during) <= now() THEN 'ended' WHEN lower(s.during) > now() THEN 'scheduled'
            ELSE 'active' END AS state,
       l.lowest AS lowest_price_30_days, price_warning(s.amount, s.compare_at_amount, l.lowest) AS warning,
       s.created_at, s.updated_at, s.version
  FROM price_schedule s
  JOIN variant v ON v.id = s.variant_id
 CROSS JOIN LATERAL (SELECT price_lowest_before(s.variant_id, s.currency, lower(s.during)) AS lowest) l
 WHERE s.id = $1;

-- name: price_schedule_product_lock :maybe
SELECT p.id
  FROM price_schedule s
  JOIN variant v ON v.id = s.variant_id
  JOIN product p ON p.id = v.product_id
 WHERE s.id = $1
   FOR NO KEY UPDATE OF p;

-- name: price_schedule_find :maybe readonly
SELECT variant_id, currency, amount, compare_at_amount, lower(during) AS starts_at,
       upper(during) AS ends_at, version
  FROM price_schedule WHERE id = $1;

-- name: price_schedule_clash :one readonly
-- Whether variant $1 has a price in currency $2; and the first schedule but $5
-- that has a moment in common with $3 (null: now) to $4.
SELECT EXISTS (SELECT 1 FROM price WHERE variant_id = $1 AND currency = $2), c.starts_at, c.ends_at, c.json
  FROM (SELECT true) AS one
  LEFT JOIN LATERAL (
       SELECT time_text(lower(during)) AS starts_at, time_text(upper(during)) AS ends_at,
              json_build_object('id', id, 'starts_at', time_text(lower(during)), 'ends_at',
                                time_text(upper(during)), 'amount', money_text(amount, currency)) AS json
         FROM price_schedule
        WHERE variant_id = $1 AND currency = $2 AND id IS DISTINCT FROM $5::uuid
          AND during && tstzrange(coalesce($3::timestamptz, statement_timestamp()), $4::timestamptz)
        ORDER BY lower(during) LIMIT 1) c ON true;

-- name: price_schedule_insert :one
INSERT INTO price_schedule (id, variant_id, currency, amount, compare_at_amount, during)
VALUES ($1, $2, $3, $4, $5, tstzrange(coalesce($6::timestamptz, statement_timestamp()), $7::timestamptz))
RETURNING id;

-- name: price_schedule_update :one
UPDATE price_schedule SET amount = $2, compare_at_amount = $3,
       during = tstzrange($4::timestamptz, $5::timestamptz), updated_at = now(), version = version + 1
 WHERE id = $1
RETURNING id;

-- name: price_schedule_delete :exec
DELETE FROM price_schedule WHERE id = $1;

-- name: price_turn_now :one
SELECT true FROM (SELECT price_turn_now(ARRAY[$1::uuid], $2::uuid)) AS done;

-- name: price_turn_due :one slow
SELECT price_turn_due($1::int);

-- ---- history ----

-- name: price_history_list :page readonly
SELECT h.variant_id AS variant, h.currency, h.amount, h.compare_at_amount, h.at, h.cause, h.actor,
       count(*) OVER () AS total_count
  FROM price_history h
 WHERE h.variant_id = $1 [[filters]]
 ORDER BY [[order]] [[page]];

-- ---- what must not be ----

-- name: price_wrong_turns :many readonly slow
-- A schedule that is due by more than ten seconds, or a price that is neither
-- its schedule's nor the regular one.
SELECT 'price of ' || p.variant_id || ' in ' || p.currency || CASE
       WHEN p.turn_at < now() - interval '10 seconds' THEN ' was to turn at ' || p.turn_at
       WHEN s.id IS NULL THEN ' is in force by no schedule'
       ELSE ' is not what schedule ' || s.id || ' says' END
  FROM price p
  LEFT JOIN price_schedule s ON s.variant_id = p.variant_id AND s.currency = p.currency AND s.during @> now()
 WHERE CASE WHEN p.turn_at <= now() THEN p.turn_at > '-infinity' AND p.turn_at < now() - interval '10 seconds'
            WHEN s.id IS NULL THEN p.regular_amount IS NOT NULL
            ELSE p.regular_amount IS NULL OR (p.amount, p.compare_at_amount)
                 IS DISTINCT FROM (s.amount, s.compare_at_amount) END
 LIMIT 100;

-- name: price_wrong_history :many readonly slow
SELECT 'price of ' || coalesce(p.variant_id, h.variant_id) || ' in ' || coalesce(p.currency, h.currency)
       || ' is not the last of its history'
  FROM (SELECT DISTINCT ON (variant_id, currency) variant_id, currency, amount, compare_at_amount
          FROM price_history ORDER BY variant_id, currency, at DESC) h
  FULL JOIN price p ON (p.variant_id, p.currency) = (h.variant_id, h.currency)
 WHERE (p.amount, p.compare_at_amount) IS DISTINCT FROM (h.amount, h.compare_at_amount)
 LIMIT 100;

-- name: price_schedule_overlaps :many readonly slow
SELECT 'price schedules ' || a.id || ' and ' || b.id || ' overlap'
  FROM price_schedule a
  JOIN price_schedule b ON a.id < b.id AND a.variant_id = b.variant_id AND a.currency = b.currency
   AND a.during && b.during
 LIMIT 100;
