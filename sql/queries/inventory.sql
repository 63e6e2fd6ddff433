-- Stock: every change takes its stock rows FOR UPDATE in the order of their
-- key, then the reservations on them, then decides on the rows as locked (not
-- as this statement's snapshot shows them) and writes all or nothing. The
-- verdict is joined, not asked by a subselect, because a row that another
-- transaction has changed is checked again with the joined rows as they were.
--
-- (SELECT $1) hides a value from the planner: it then expects as many rows with
-- it as without, keeps the generic plan, and does not plan these long
-- statements anew at every call, which costs more than running them.

-- Holds the goods of cart $1 for $2 minutes. Demand is one row a variant (the
-- cart has each once). Expired holds of others on these goods are reclaimed.
-- name: stock_reserve :one
WITH wanted AS MATERIALIZED (
	SELECT variant_id, quantity FROM cart_item WHERE cart_id = (SELECT $1::uuid)
), locked AS MATERIALIZED (
	SELECT s.variant_id, s.location_id, l.is_default,
	       s.on_hand - s.allocated - s.reserved - s.safety + s.backorder_limit AS free
	  FROM stock s
	  JOIN location l ON l.id = s.location_id
	 WHERE s.variant_id IN (SELECT variant_id FROM wanted
		UNION SELECT variant_id FROM reservation WHERE cart_id = (SELECT $1::uuid))
	 ORDER BY s.variant_id, s.location_id
	   FOR UPDATE OF s
), held AS MATERIALIZED (
	SELECT r.id, r.cart_id, r.variant_id, r.location_id, r.quantity,
	       r.cart_id = (SELECT $1::uuid) AS is_own
	  FROM locked k
	  JOIN reservation r ON r.variant_id = k.variant_id AND r.location_id = k.location_id
	 WHERE r.cart_id = (SELECT $1::uuid)
	    OR (r.expires_at < statement_timestamp() AND NOT r.is_pinned)
	 ORDER BY r.variant_id, r.location_id, r.cart_id
	   FOR UPDATE OF r
), freed AS (
	SELECT variant_id, location_id, sum(quantity)::bigint AS quantity,
	       coalesce(sum(quantity) FILTER (WHERE is_own), 0)::bigint AS own
	  FROM held GROUP BY variant_id, location_id
), picked AS MATERIALIZED (
	SELECT DISTINCT ON (w.variant_id) w.variant_id, w.quantity, k.location_id,
	       k.free + coalesce(f.quantity, 0) AS available
	  FROM wanted w
	  LEFT JOIN locked k ON k.variant_id = w.variant_id
	  LEFT JOIN freed f ON f.variant_id = k.variant_id AND f.location_id = k.location_id
	 ORDER BY w.variant_id, coalesce(k.free + coalesce(f.quantity, 0) >= w.quantity, false) DESC,
	       k.is_default DESC, k.location_id
), short AS (
	SELECT variant_id, quantity, greatest(coalesce(available, 0), 0) AS available
	  FROM picked WHERE available IS NULL OR available < quantity
), verdict AS MATERIALIZED (
	SELECT NOT EXISTS (SELECT 1 FROM short) AS ok
), changes AS MATERIALIZED (
	SELECT variant_id, location_id, coalesce(p.quantity, 0) AS taken,
	       coalesce(f.quantity, 0) AS freed, coalesce(f.own, 0) AS own
	  FROM (SELECT * FROM picked WHERE location_id IS NOT NULL) p
	  FULL JOIN freed f USING (variant_id, location_id)
), gone AS (
	DELETE FROM reservation r USING (
		SELECT h.id FROM held h CROSS JOIN verdict v
		 WHERE v.ok AND NOT (h.is_own AND EXISTS (SELECT 1 FROM picked p
			WHERE p.variant_id = h.variant_id AND p.location_id = h.location_id))
		OFFSET 0) g
	 WHERE r.id = g.id
), kept AS (
	INSERT INTO reservation (cart_id, variant_id, location_id, quantity, expires_at)
	SELECT $1::uuid, p.variant_id, p.location_id, p.quantity,
	       statement_timestamp() + $2::bigint * interval '1 minute'
	  FROM picked p CROSS JOIN verdict v WHERE v.ok
	    ON CONFLICT ON CONSTRAINT reservation_once DO UPDATE
	   SET quantity = excluded.quantity, expires_at = excluded.expires_at
	RETURNING expires_at
), changed AS (
	UPDATE stock s SET reserved = s.reserved + c.taken - c.freed,
	       updated_at = statement_timestamp(), version = s.version + 1
	  FROM changes c CROSS JOIN verdict v
	 WHERE v.ok AND c.taken <> c.freed
	   AND s.variant_id = c.variant_id AND s.location_id = c.location_id
), ledger AS (
	INSERT INTO stock_movement (variant_id, location_id, kind, reserved_change, cause, cause_id, reason)
	SELECT m.variant_id, m.location_id, m.kind, m.change, m.cause, m.cause_id, m.reason
	  FROM (SELECT variant_id, location_id,
		       CASE WHEN taken > own THEN 'reserved' ELSE 'released' END AS kind,
		       taken - own AS change, 'cart' AS cause, $1::uuid AS cause_id, '' AS reason
		  FROM changes WHERE taken <> own
		UNION ALL
		SELECT variant_id, location_id, 'released', -quantity, 'sweeper', cart_id, 'expired'
		  FROM held WHERE NOT is_own) m
	 CROSS JOIN verdict v
	 WHERE v.ok
)
SELECT v.ok, (SELECT max(expires_at) FROM kept) AS expires_at,
       (SELECT json_agg(json_build_object('variant', s.variant_id, 'sku', x.sku,
		'requested', s.quantity, 'available', s.available) ORDER BY x.sku)
	  FROM short s LEFT JOIN variant x ON x.id = s.variant_id) AS short
  FROM verdict v;

-- The hold of cart $2 becomes the allocation of order $1; what is no longer
-- held is taken afresh, from the place of the hold if it has enough.
-- name: stock_allocate :one
WITH wanted AS MATERIALIZED (
	SELECT variant_id, sum(quantity)::bigint AS quantity
	  FROM order_line WHERE order_id = (SELECT $1::uuid) GROUP BY variant_id
), locked AS MATERIALIZED (
	SELECT s.variant_id, s.location_id, l.is_default,
	       s.on_hand - s.allocated - s.reserved - s.safety + s.backorder_limit AS free
	  FROM stock s
	  JOIN location l ON l.id = s.location_id
	 WHERE s.variant_id IN (SELECT variant_id FROM wanted
		UNION SELECT variant_id FROM reservation WHERE cart_id = (SELECT $2::uuid))
	 ORDER BY s.variant_id, s.location_id
	   FOR UPDATE OF s
), held AS MATERIALIZED (
	SELECT r.id, r.cart_id, r.variant_id, r.location_id, r.quantity,
	       r.cart_id = (SELECT $2::uuid) AS is_own
	  FROM locked k
	  JOIN reservation r ON r.variant_id = k.variant_id AND r.location_id = k.location_id
	 WHERE r.cart_id = (SELECT $2::uuid)
	    OR (r.expires_at < statement_timestamp() AND NOT r.is_pinned)
	 ORDER BY r.variant_id, r.location_id, r.cart_id
	   FOR UPDATE OF r
), freed AS (
	SELECT variant_id, location_id, sum(quantity)::bigint AS quantity,
	       coalesce(sum(quantity) FILTER (WHERE is_own), 0)::bigint AS own
	  FROM held GROUP BY variant_id, location_id
), picked AS MATERIALIZED (
	SELECT DISTINCT ON (w.variant_id) w.variant_id, w.quantity, k.location_id,
	       k.free + coalesce(f.quantity, 0) AS available
	  FROM wanted w
	  LEFT JOIN locked k ON k.variant_id = w.variant_id
	  LEFT JOIN freed f ON f.variant_id = k.variant_id AND f.location_id = k.location_id
	 ORDER BY w.variant_id, coalesce(k.free + coalesce(f.quantity, 0) >= w.quantity, false) DESC,
	       coalesce(f.own, 0) DESC, k.is_default DESC, k.location_id
), short AS (
	SELECT variant_id, quantity, greatest(coalesce(available, 0), 0) AS available
	  FROM picked WHERE available IS NULL OR available < quantity
), verdict AS MATERIALIZED (
	SELECT NOT EXISTS (SELECT 1 FROM short) AS ok
), changes AS MATERIALIZED (
	SELECT variant_id, location_id, coalesce(p.quantity, 0) AS taken,
	       coalesce(f.quantity, 0) AS freed, coalesce(f.own, 0) AS own
	  FROM (SELECT * FROM picked WHERE location_id IS NOT NULL) p
	  FULL JOIN freed f USING (variant_id, location_id)
), gone AS (
	DELETE FROM reservation r USING held h, verdict v
	 WHERE v.ok AND r.id = h.id
), changed AS (
	UPDATE stock s SET reserved = s.reserved - c.freed, allocated = s.allocated + c.taken,
	       updated_at = statement_timestamp(), version = s.version + 1
	  FROM changes c CROSS JOIN verdict v
	 WHERE v.ok AND s.variant_id = c.variant_id AND s.location_id = c.location_id
), placed AS (
	UPDATE order_line o SET location_id = p.location_id
	  FROM picked p CROSS JOIN verdict v
	 WHERE v.ok AND o.order_id = (SELECT $1::uuid) AND o.variant_id = p.variant_id
), ledger AS (
	INSERT INTO stock_movement (variant_id, location_id, kind, allocated_change, reserved_change,
		cause, cause_id, reason)
	SELECT m.variant_id, m.location_id, m.kind, m.allocated, m.reserved, m.cause, m.cause_id, m.reason
	  FROM (SELECT variant_id, location_id,
		       CASE WHEN taken > 0 THEN 'allocated' ELSE 'released' END AS kind,
		       taken AS allocated, -own AS reserved, 'order' AS cause, $1::uuid AS cause_id, '' AS reason
		  FROM changes WHERE taken > 0 OR own > 0
		UNION ALL
		SELECT variant_id, location_id, 'released', 0, -quantity, 'sweeper', cart_id, 'expired'
		  FROM held WHERE NOT is_own) m
	 CROSS JOIN verdict v
	 WHERE v.ok
)
SELECT v.ok, NULL::timestamptz AS expires_at,
       (SELECT json_agg(json_build_object('variant', s.variant_id, 'sku', x.sku,
		'requested', s.quantity, 'available', s.available) ORDER BY x.sku)
	  FROM short s LEFT JOIN variant x ON x.id = s.variant_id) AS short
  FROM verdict v;

-- name: stock_release :exec
WITH locked AS MATERIALIZED (
	SELECT s.variant_id, s.location_id
	  FROM stock s
	 WHERE (s.variant_id, s.location_id) IN (
		SELECT variant_id, location_id FROM reservation WHERE cart_id = (SELECT $1::uuid))
	 ORDER BY s.variant_id, s.location_id
	   FOR UPDATE OF s
), held AS MATERIALIZED (
	SELECT r.id, r.variant_id, r.location_id, r.quantity
	  FROM locked k
	  JOIN reservation r ON r.variant_id = k.variant_id AND r.location_id = k.location_id
	 WHERE r.cart_id = (SELECT $1::uuid)
	 ORDER BY r.variant_id, r.location_id
	   FOR UPDATE OF r
), gone AS (
	DELETE FROM reservation r USING held h WHERE r.id = h.id
), changed AS (
	UPDATE stock s SET reserved = s.reserved - h.quantity,
	       updated_at = statement_timestamp(), version = s.version + 1
	  FROM held h
	 WHERE s.variant_id = h.variant_id AND s.location_id = h.location_id
)
INSERT INTO stock_movement (variant_id, location_id, kind, reserved_change, cause, cause_id)
SELECT variant_id, location_id, 'released', -quantity, 'cart', $1::uuid FROM held;

-- Takes back holds that have expired, the oldest first: at most $1 of them
-- choose the stock rows.
-- name: stock_sweep :exec
WITH locked AS MATERIALIZED (
	SELECT s.variant_id, s.location_id
	  FROM stock s
	 WHERE (s.variant_id, s.location_id) IN (
		SELECT variant_id, location_id FROM reservation
		 WHERE expires_at < statement_timestamp() AND NOT is_pinned
		 ORDER BY expires_at LIMIT $1::bigint)
	 ORDER BY s.variant_id, s.location_id
	   FOR UPDATE OF s
), held AS MATERIALIZED (
	SELECT r.id, r.cart_id, r.variant_id, r.location_id, r.quantity
	  FROM locked k
	  JOIN reservation r ON r.variant_id = k.variant_id AND r.location_id = k.location_id
	 WHERE r.expires_at < statement_timestamp() AND NOT r.is_pinned
	 ORDER BY r.variant_id, r.location_id, r.cart_id
	   FOR UPDATE OF r
), gone AS (
	DELETE FROM reservation r USING held h WHERE r.id = h.id
), changed AS (
	UPDATE stock s SET reserved = s.reserved - h.quantity,
	       updated_at = statement_timestamp(), version = s.version + 1
	  FROM (SELECT variant_id, location_id, sum(quantity)::bigint AS quantity
		  FROM held GROUP BY variant_id, location_id) h
	 WHERE s.variant_id = h.variant_id AND s.location_id = h.location_id
)
INSERT INTO stock_movement (variant_id, location_id, kind, reserved_change, cause, cause_id, reason)
SELECT variant_id, location_id, 'released', -quantity, 'sweeper', cart_id, 'expired' FROM held;

-- It stays; were it let go, it would last $2 minutes.
-- name: stock_pin :exec
UPDATE reservation SET is_pinned = true,
       expires_at = greatest(expires_at, statement_timestamp() + $2::bigint * interval '1 minute')
 WHERE id IN (SELECT id FROM reservation WHERE cart_id = $1::uuid
	       ORDER BY variant_id, location_id FOR UPDATE);

-- What the ledger says is still allocated for order $1 goes back. The order is
-- locked by the caller, so the ledger of it stands still.
-- name: stock_unallocate :exec
WITH standing AS MATERIALIZED (
	SELECT variant_id, location_id, sum(allocated_change)::bigint AS quantity
	  FROM stock_movement WHERE cause = 'order' AND cause_id = $1::uuid
	 GROUP BY variant_id, location_id HAVING sum(allocated_change) > 0
), locked AS MATERIALIZED (
	SELECT s.variant_id, s.location_id, t.quantity
	  FROM stock s
	  JOIN standing t ON t.variant_id = s.variant_id AND t.location_id = s.location_id
	 ORDER BY s.variant_id, s.location_id
	   FOR UPDATE OF s
), changed AS (
	UPDATE stock s SET allocated = s.allocated - k.quantity,
	       deficit = least(s.deficit, greatest(0,
			s.allocated - k.quantity + s.reserved - s.on_hand - s.backorder_limit)),
	       updated_at = statement_timestamp(), version = s.version + 1
	  FROM locked k
	 WHERE s.variant_id = k.variant_id AND s.location_id = k.location_id
)
INSERT INTO stock_movement (variant_id, location_id, kind, allocated_change, cause, cause_id)
SELECT variant_id, location_id, 'unallocated', -quantity, 'order', $1::uuid FROM locked;

-- Goods arrive: variants $1, quantities $2, cause $3 and its id $4.
-- name: stock_receive :exec
WITH wanted AS MATERIALIZED (
	SELECT g.variant_id, l.id AS location_id, sum(g.quantity)::bigint AS quantity
	  FROM unnest($1::uuid[], $2::bigint[]) AS g (variant_id, quantity)
	 CROSS JOIN location l
	 WHERE l.is_default
	 GROUP BY g.variant_id, l.id
), changed AS (
	INSERT INTO stock AS s (variant_id, location_id, on_hand)
	SELECT variant_id, location_id, quantity FROM wanted ORDER BY variant_id
	    ON CONFLICT (variant_id, location_id) DO UPDATE
	   SET on_hand = s.on_hand + excluded.on_hand,
	       deficit = least(s.deficit, greatest(0, s.allocated + s.reserved
			- s.on_hand - excluded.on_hand - s.backorder_limit)),
	       updated_at = statement_timestamp(), version = s.version + 1
	 WHERE excluded.on_hand > 0
)
INSERT INTO stock_movement (variant_id, location_id, kind, on_hand_change, cause, cause_id)
SELECT variant_id, location_id, 'received', quantity, $3, $4::uuid FROM wanted WHERE quantity > 0;

-- Rows for variants $1 at the default location, where none are.
-- name: stock_make :exec
INSERT INTO stock (variant_id, location_id)
SELECT v.variant_id, l.id
  FROM (SELECT DISTINCT unnest($1::uuid[]) AS variant_id) v CROSS JOIN location l
 WHERE l.is_default
 ORDER BY v.variant_id
    ON CONFLICT DO NOTHING;

-- on_hand of variants $1 at the default location becomes $2; cause $3, $4.
-- name: stock_count :exec
WITH wanted AS MATERIALIZED (
	SELECT g.variant_id, max(g.quantity) AS quantity
	  FROM unnest($1::uuid[], $2::bigint[]) AS g (variant_id, quantity) GROUP BY g.variant_id
), locked AS MATERIALIZED (
	SELECT s.variant_id, s.location_id, w.quantity, w.quantity - s.on_hand AS change
	  FROM stock s
	  JOIN wanted w ON w.variant_id = s.variant_id
	 WHERE s.location_id = (SELECT id FROM location WHERE is_default)
	 ORDER BY s.variant_id
	   FOR UPDATE OF s
), changed AS (
	UPDATE stock s SET on_hand = k.quantity,
	       deficit = greatest(0, s.allocated + s.reserved - k.quantity - s.backorder_limit),
	       updated_at = statement_timestamp(), version = s.version + 1
	  FROM locked k
	 WHERE k.change <> 0 AND s.variant_id = k.variant_id AND s.location_id = k.location_id
)
INSERT INTO stock_movement (variant_id, location_id, kind, on_hand_change, cause, cause_id, reason)
SELECT variant_id, location_id, 'adjusted', change, $3, $4::uuid, 'count' FROM locked WHERE change <> 0;

-- Staff corrects one row: variant $1 at the default location becomes $2 if it
-- was $3, or changes by $4; reason $5, account $6.
-- name: stock_adjust :maybe
WITH locked AS MATERIALIZED (
	SELECT s.*, coalesce($2::bigint - s.on_hand, $4::bigint) AS change,
	       ($3::bigint IS NULL OR s.on_hand = $3::bigint) AS was_seen
	  FROM stock s
	 WHERE s.variant_id = $1::uuid
	   AND s.location_id = (SELECT id FROM location WHERE is_default)
	   FOR UPDATE OF s
), verdict AS MATERIALIZED (
	SELECT k.*, k.was_seen AND k.on_hand + k.change >= 0 AS ok,
	       greatest(0, k.allocated + k.reserved - k.on_hand - k.change - k.backorder_limit) AS deficit_then
	  FROM locked k
), changed AS (
	UPDATE stock s SET on_hand = s.on_hand + k.change, deficit = k.deficit_then,
	       updated_at = statement_timestamp(), version = s.version + 1
	  FROM verdict k
	 WHERE k.ok AND s.variant_id = k.variant_id AND s.location_id = k.location_id
), ledger AS (
	INSERT INTO stock_movement (variant_id, location_id, kind, on_hand_change, cause, cause_id, reason)
	SELECT variant_id, location_id, 'adjusted', change, 'staff', $6::uuid, $5 FROM verdict
	 WHERE ok AND change <> 0
)
SELECT k.ok, k.was_seen, k.on_hand AS on_hand_before, k.variant_id AS variant, x.sku, x.product_id AS product,
       l.code AS location, k.on_hand + k.change AS on_hand, k.allocated, k.reserved, k.safety,
       k.backorder_limit, k.deficit_then AS deficit,
       k.on_hand + k.change - k.allocated - k.reserved - k.safety + k.backorder_limit AS available,
       statement_timestamp() AS updated_at, k.version + 1 AS version
  FROM verdict k
  JOIN variant x ON x.id = k.variant_id
  JOIN location l ON l.id = k.location_id;

-- name: stock_variant_find :maybe readonly
SELECT id FROM variant WHERE id = $1::uuid OR sku = $2 LIMIT 1;

-- name: stock_page :page
SELECT s.variant_id AS variant, x.sku, x.product_id AS product, l.code AS location, s.on_hand,
       s.allocated, s.reserved, s.safety, s.backorder_limit, s.deficit,
       s.on_hand - s.allocated - s.reserved - s.safety + s.backorder_limit AS available,
       s.updated_at, s.version,
       (SELECT count(*) FROM stock s JOIN variant x ON x.id = s.variant_id
		JOIN product p ON p.id = x.product_id JOIN location l ON l.id = s.location_id
	 WHERE true [[filters]]) AS total_count
  FROM stock s
  JOIN variant x ON x.id = s.variant_id
  JOIN product p ON p.id = x.product_id
  JOIN location l ON l.id = s.location_id
 WHERE true [[filters]]
 ORDER BY [[order]] [[page]];

-- name: stock_movement_page :page
SELECT m.id, m.variant_id AS variant, x.sku, l.code AS location, m.kind, m.on_hand_change,
       m.allocated_change, m.reserved_change, m.cause, m.cause_id, m.reason, m.created_at,
       (SELECT count(*) FROM stock_movement m JOIN variant x ON x.id = m.variant_id
	 WHERE true [[filters]]) AS total_count
  FROM stock_movement m
  JOIN variant x ON x.id = m.variant_id
  JOIN location l ON l.id = m.location_id
 WHERE true [[filters]]
 ORDER BY [[order]] [[page]];

-- name: stock_reservation_page :page
SELECT r.id, r.cart_id AS cart, r.variant_id AS variant, x.sku, l.code AS location, r.quantity,
       r.expires_at, r.is_pinned, r.created_at,
       (SELECT count(*) FROM reservation r JOIN variant x ON x.id = r.variant_id
	 WHERE true [[filters]]) AS total_count
  FROM reservation r
  JOIN variant x ON x.id = r.variant_id
  JOIN location l ON l.id = r.location_id
 WHERE true [[filters]]
 ORDER BY [[order]] [[page]];

-- Invariant I1: stock is what its ledger adds up to.
-- name: stock_ledger_breaks :many slow readonly
SELECT 'stock of ' || s.variant_id || ' at ' || s.location_id || ': '
	|| s.on_hand || '/' || s.allocated || '/' || s.reserved || ' but the ledger says '
	|| coalesce(m.on_hand, 0) || '/' || coalesce(m.allocated, 0) || '/' || coalesce(m.reserved, 0)
  FROM stock s
  LEFT JOIN (SELECT variant_id, location_id, sum(on_hand_change) AS on_hand,
		    sum(allocated_change) AS allocated, sum(reserved_change) AS reserved
	       FROM stock_movement GROUP BY variant_id, location_id) m
    ON m.variant_id = s.variant_id AND m.location_id = s.location_id
 WHERE s.on_hand <> coalesce(m.on_hand, 0) OR s.allocated <> coalesce(m.allocated, 0)
    OR s.reserved <> coalesce(m.reserved, 0)
 LIMIT 100;

-- Invariant I1: what is reserved is the sum of the live holds.
-- name: stock_hold_breaks :many slow readonly
SELECT 'stock of ' || s.variant_id || ' at ' || s.location_id || ' has ' || s.reserved
	|| ' reserved, but holds sum to ' || coalesce(r.quantity, 0)
  FROM stock s
  LEFT JOIN (SELECT variant_id, location_id, sum(quantity) AS quantity
	       FROM reservation GROUP BY variant_id, location_id) r
    ON r.variant_id = s.variant_id AND r.location_id = s.location_id
 WHERE s.reserved <> coalesce(r.quantity, 0)
 LIMIT 100;

-- Invariant I1: never more promised than there is.
-- name: stock_promise_breaks :many slow readonly
SELECT 'stock of ' || variant_id || ' at ' || location_id || ' promises more than it has'
  FROM stock
 WHERE reserved < 0 OR allocated < 0 OR on_hand < 0
    OR allocated + reserved > on_hand + backorder_limit + deficit
 LIMIT 100;

-- Invariant I10: no hold outlives its time by more than a minute.
-- name: reservation_breaks :many readonly
SELECT 'reservation ' || id || ' of cart ' || cart_id || ' expired at ' || expires_at
  FROM reservation
 WHERE NOT is_pinned AND expires_at < statement_timestamp() - interval '60 seconds'
 LIMIT 100;
