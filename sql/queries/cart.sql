-- Carts. A cart is found by its id and its key: the hash of its secret ($2) or
-- the account of its owner ($3); whoever has neither finds none. Every change
-- locks the cart's row first, by SELECT or UPDATE, and raises its version.

-- The whole cart, a row a line, columns as src/domain/cart/cart_rows.c reads
-- them. An empty cart is one row without an item.
-- name: cart_show :many readonly
SELECT c.id, c.account_id, encode(c.secret_hash, 'hex') AS secret_hash, c.state, c.email, c.note,
       c.currency, c.shipping_address, c.billing_address, c.billing_same_as_shipping, c.expires_at,
       h.held_until, c.version, d.country, t.rate_millionths, t.is_inclusive,
       r.id AS rate, r.method, c.shipping_amount, r.weight_from, r.weight_to, r.value_from, r.value_to,
       i.id AS item, i.variant_id, i.quantity, v.product_id, p.slug, p.name, v.sku, v.weight_grams,
       variant_is_sold(v, p) AS is_published, a.amount, s.available,
       c.shipping_rate_id IS NOT NULL AS has_rate,
       v.name AS variant_name, v.options, 0 AS version_before
  FROM cart c
 CROSS JOIN LATERAL (SELECT coalesce(c.shipping_address ->> 'country', c.billing_address ->> 'country')
	AS country) d
  LEFT JOIN LATERAL tax_rate_for(d.country) t ON true
  LEFT JOIN LATERAL (
	SELECT r.id, m.name AS method, r.weight_from, r.weight_to, r.value_from, r.value_to
	  FROM shipping_rate r
	  JOIN shipping_method m ON m.id = r.method_id
	 WHERE r.id = c.shipping_rate_id AND m.is_active AND r.currency = c.currency
	   AND r.zone_id IN (SELECT z FROM shipping_zone_for(c.shipping_address ->> 'country') z)
       ) r ON true
  LEFT JOIN LATERAL (SELECT min(b.expires_at) AS held_until FROM reservation b WHERE b.cart_id = c.id)
       h ON true
  LEFT JOIN cart_item i ON i.cart_id = c.id
  LEFT JOIN variant v ON v.id = i.variant_id
  LEFT JOIN product p ON p.id = v.product_id
  LEFT JOIN price a ON a.variant_id = i.variant_id AND a.currency = c.currency
  LEFT JOIN LATERAL (
	SELECT max(s.on_hand - s.allocated - s.reserved - s.safety + s.backorder_limit
		+ coalesce(b.quantity, 0)) AS available
	  FROM stock s
	  LEFT JOIN reservation b ON b.cart_id = c.id AND b.variant_id = s.variant_id
	   AND b.location_id = s.location_id
	 WHERE s.variant_id = i.variant_id
       ) s ON true
 WHERE c.id = $1::uuid AND (c.secret_hash = $2::bytea OR c.account_id = $3::uuid) AND c.state NOT IN ('abandoned', 'merged')
 ORDER BY i.id;

-- The same for whom the key is not asked: jobs, webhooks, an open transaction.
-- name: cart_show_any :many readonly
SELECT c.id, c.account_id, encode(c.secret_hash, 'hex') AS secret_hash, c.state, c.email, c.note,
       c.currency, c.shipping_address, c.billing_address, c.billing_same_as_shipping, c.expires_at,
       h.held_until, c.version, d.country, t.rate_millionths, t.is_inclusive,
       r.id AS rate, r.method, c.shipping_amount, r.weight_from, r.weight_to, r.value_from, r.value_to,
       i.id AS item, i.variant_id, i.quantity, v.product_id, p.slug, p.name, v.sku, v.weight_grams,
       variant_is_sold(v, p) AS is_published, a.amount, s.available,
       c.shipping_rate_id IS NOT NULL AS has_rate,
       v.name AS variant_name, v.options, 0 AS version_before
  FROM cart c
 CROSS JOIN LATERAL (SELECT coalesce(c.shipping_address ->> 'country', c.billing_address ->> 'country')
	AS country) d
  LEFT JOIN LATERAL tax_rate_for(d.country) t ON true
  LEFT JOIN LATERAL (
	SELECT r.id, m.name AS method, r.weight_from, r.weight_to, r.value_from, r.value_to
	  FROM shipping_rate r
	  JOIN shipping_method m ON m.id = r.method_id
	 WHERE r.id = c.shipping_rate_id AND m.is_active AND r.currency = c.currency
	   AND r.zone_id IN (SELECT z FROM shipping_zone_for(c.shipping_address ->> 'country') z)
       ) r ON true
  LEFT JOIN LATERAL (SELECT min(b.expires_at) AS held_until FROM reservation b WHERE b.cart_id = c.id)
       h ON true
  LEFT JOIN cart_item i ON i.cart_id = c.id
  LEFT JOIN variant v ON v.id = i.variant_id
  LEFT JOIN product p ON p.id = v.product_id
  LEFT JOIN price a ON a.variant_id = i.variant_id AND a.currency = c.currency
  LEFT JOIN LATERAL (
	SELECT max(s.on_hand - s.allocated - s.reserved - s.safety + s.backorder_limit
		+ coalesce(b.quantity, 0)) AS available
	  FROM stock s
	  LEFT JOIN reservation b ON b.cart_id = c.id AND b.variant_id = s.variant_id
	   AND b.location_id = s.location_id
	 WHERE s.variant_id = i.variant_id
       ) s ON true
 WHERE c.id = $1::uuid AND c.state NOT IN ('abandoned', 'merged')
 ORDER BY i.id;

-- Adds variants $5 with quantities $6 (each variant once; ids $4 for new lines)
-- and shows the cart, in one statement. No row: no such active cart, or a
-- variant cannot be bought; cart_add_why tells. The cart is locked by `bumped`
-- before a line is touched. Lines that others added since this statement's
-- snapshot are missing in what it shows: then version_before is not version - 1
-- and the caller shows the cart anew. $7 is the days it lives on. (SELECT $4)
-- keeps the planner from looking into the arrays: it would plan every call anew,
-- which costs several times what running it does (measured).
-- name: cart_add :many
WITH wanted AS MATERIALIZED (
	SELECT g.id, g.variant_id, g.quantity
	  FROM unnest((SELECT $4::uuid[]), (SELECT $5::uuid[]), (SELECT $6::bigint[]))
	       AS g (id, variant_id, quantity)
), seen AS MATERIALIZED (
	SELECT c.id, c.version
	  FROM cart c
	 WHERE c.id = $1::uuid AND (c.secret_hash = $2::bytea OR c.account_id = $3::uuid) AND c.state = 'active'
	   AND cardinality($5::uuid[]) = (
		SELECT count(*)
		  FROM wanted w
		  JOIN variant v ON v.id = w.variant_id
		  JOIN product p ON p.id = v.product_id
		  JOIN price a ON a.variant_id = v.id AND a.currency = c.currency
		 WHERE variant_is_sold(v, p))
), bumped AS (
	UPDATE cart c SET version = c.version + 1, updated_at = statement_timestamp(),
	       expires_at = statement_timestamp() + $7::bigint * interval '1 day'
	  FROM seen
	 WHERE c.id = $1::uuid AND c.state = 'active'
	RETURNING c.*, seen.version AS version_before
), added AS (
	INSERT INTO cart_item AS i (id, cart_id, variant_id, quantity)
	SELECT w.id, b.id, w.variant_id, w.quantity FROM bumped b CROSS JOIN wanted w
	    ON CONFLICT ON CONSTRAINT cart_item_once DO UPDATE
	   SET quantity = i.quantity + excluded.quantity
	RETURNING i.id, i.variant_id, i.quantity
)
SELECT c.id, c.account_id, encode(c.secret_hash, 'hex') AS secret_hash, c.state, c.email, c.note,
       c.currency, c.shipping_address, c.billing_address, c.billing_same_as_shipping, c.expires_at,
       h.held_until, c.version, d.country, t.rate_millionths, t.is_inclusive,
       r.id AS rate, r.method, c.shipping_amount, r.weight_from, r.weight_to, r.value_from, r.value_to,
       i.id AS item, i.variant_id, i.quantity, v.product_id, p.slug, p.name, v.sku, v.weight_grams,
       variant_is_sold(v, p) AS is_published, a.amount, s.available,
       c.shipping_rate_id IS NOT NULL AS has_rate,
       v.name AS variant_name, v.options, c.version_before
  FROM bumped c
 CROSS JOIN LATERAL (SELECT coalesce(c.shipping_address ->> 'country', c.billing_address ->> 'country')
	AS country) d
  LEFT JOIN LATERAL tax_rate_for(d.country) t ON true
  LEFT JOIN LATERAL (
	SELECT r.id, m.name AS method, r.weight_from, r.weight_to, r.value_from, r.value_to
	  FROM shipping_rate r
	  JOIN shipping_method m ON m.id = r.method_id
	 WHERE r.id = c.shipping_rate_id AND m.is_active AND r.currency = c.currency
	   AND r.zone_id IN (SELECT z FROM shipping_zone_for(c.shipping_address ->> 'country') z)
       ) r ON true
  LEFT JOIN LATERAL (SELECT min(b.expires_at) AS held_until FROM reservation b WHERE b.cart_id = c.id)
       h ON true
  LEFT JOIN LATERAL (
	SELECT id, variant_id, quantity FROM added
	UNION ALL
	SELECT k.id, k.variant_id, k.quantity FROM cart_item k
	 WHERE k.cart_id = c.id AND k.variant_id <> ALL ((SELECT $5::uuid[])::uuid[])
       ) i ON true
  LEFT JOIN variant v ON v.id = i.variant_id
  LEFT JOIN product p ON p.id = v.product_id
  LEFT JOIN price a ON a.variant_id = i.variant_id AND a.currency = c.currency
  LEFT JOIN LATERAL (
	SELECT max(s.on_hand - s.allocated - s.reserved - s.safety + s.backorder_limit
		+ coalesce(b.quantity, 0)) AS available
	  FROM stock s
	  LEFT JOIN reservation b ON b.cart_id = c.id AND b.variant_id = s.variant_id
	   AND b.location_id = s.location_id
	 WHERE s.variant_id = i.variant_id
       ) s ON true
 ORDER BY i.id;

-- Why cart_add did nothing: the cart's state, and the place (from 1) of the
-- first variant that cannot be bought, NULL when all can; the cart's currency,
-- when that variant lacks nothing but a price in it.
-- name: cart_add_why :maybe readonly
SELECT c.state, b.place, CASE WHEN b.is_on_sale THEN c.currency END
  FROM cart c
  LEFT JOIN LATERAL (
	SELECT g.place, p.id IS NOT NULL AS is_on_sale
	  FROM unnest($4::uuid[]) WITH ORDINALITY AS g (variant_id, place)
	  LEFT JOIN variant v ON v.id = g.variant_id
	  LEFT JOIN product p ON p.id = v.product_id AND variant_is_sold(v, p)
	  LEFT JOIN price a ON a.variant_id = v.id AND a.currency = c.currency
	 WHERE p.id IS NULL OR a.variant_id IS NULL
	 ORDER BY g.place
	 LIMIT 1
       ) b ON true
 WHERE c.id = $1::uuid AND (c.secret_hash = $2::bytea OR c.account_id = $3::uuid) AND c.state NOT IN ('abandoned', 'merged');

-- A line of cart $1 that has no price in currency $2.
-- name: cart_unpriced :maybe readonly
SELECT v.sku
  FROM cart_item i
  JOIN variant v ON v.id = i.variant_id
  LEFT JOIN price a ON a.variant_id = v.id AND a.currency = $2
 WHERE i.cart_id = $1::uuid AND a.variant_id IS NULL
 ORDER BY i.id
 LIMIT 1;

-- The variants that a client named otherwise: kinds $1 (variant, sku, product,
-- slug), keys $2; a row each in their order, NULL when there is none.
-- name: cart_variants :many readonly
SELECT CASE g.kind
	WHEN 'variant' THEN g.key::uuid
	WHEN 'sku' THEN (SELECT v.id FROM variant v WHERE v.sku = g.key)
	WHEN 'product' THEN (SELECT v.id FROM variant v WHERE v.product_id = g.key::uuid AND v.is_default)
	ELSE (SELECT v.id FROM product p JOIN variant v ON v.product_id = p.id AND v.is_default
	       WHERE p.slug = g.key) END AS variant_id
  FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS g (kind, key, place)
 ORDER BY g.place;

-- name: cart_lock :maybe
SELECT c.id, c.state, c.version FROM cart c
 WHERE c.id = $1::uuid AND (c.secret_hash = $2::bytea OR c.account_id = $3::uuid) AND c.state NOT IN ('abandoned', 'merged')
   FOR UPDATE;

-- A logged-in customer's e-mail is known; $4 overrides it.
-- name: cart_insert :exec
INSERT INTO cart (id, secret_hash, account_id, email, note, currency, expires_at)
VALUES ($1::uuid, $2::bytea, $3::uuid,
	coalesce(nullif($4, ''), (SELECT email FROM account WHERE id = $3::uuid), ''),
	$5, $6, statement_timestamp() + $7::bigint * interval '1 day');

-- NULL leaves a member as it is. The caller has locked the cart.
-- name: cart_edit :exec
UPDATE cart SET email = coalesce($2, email), note = coalesce($3, note),
       shipping_address = coalesce($4::jsonb, shipping_address),
       billing_address = CASE WHEN $6::boolean THEN NULL ELSE coalesce($5::jsonb, billing_address) END,
       billing_same_as_shipping = coalesce($6::boolean, billing_same_as_shipping),
       currency = coalesce($8, currency),
       shipping_rate_id = CASE WHEN $8 <> currency THEN NULL ELSE shipping_rate_id END,
       shipping_amount = CASE WHEN $8 <> currency THEN NULL ELSE shipping_amount END,
       version = version + 1, updated_at = statement_timestamp(),
       expires_at = statement_timestamp() + $7::bigint * interval '1 day'
 WHERE id = $1::uuid AND state = 'active';

-- Quantity 0 removes the line. The caller has locked the cart.
-- name: cart_item_set :maybe
WITH gone AS (
	DELETE FROM cart_item WHERE id = $2::uuid AND cart_id = $1::uuid AND $3::bigint = 0
	RETURNING id
), changed AS (
	UPDATE cart_item SET quantity = $3::bigint
	 WHERE id = $2::uuid AND cart_id = $1::uuid AND $3::bigint > 0
	RETURNING id
)
UPDATE cart SET version = version + 1, updated_at = statement_timestamp(),
       expires_at = statement_timestamp() + $4::bigint * interval '1 day'
 WHERE id = $1::uuid AND (EXISTS (SELECT 1 FROM gone) OR EXISTS (SELECT 1 FROM changed))
RETURNING id;

-- From one of the states $2 to state $3.
-- name: cart_move :exec
UPDATE cart SET state = $3, version = version + 1, updated_at = statement_timestamp()
 WHERE id = $1::uuid AND state = ANY ($2::text[]);

-- Carts whose time is over and that no order came of; 500 at a time.
-- name: cart_purge :exec
DELETE FROM cart WHERE id IN (
	SELECT c.id FROM cart c
	 WHERE c.state IN ('active', 'abandoned', 'merged') AND c.expires_at < statement_timestamp()
	   AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.cart_id = c.id)
	   AND NOT EXISTS (SELECT 1 FROM reservation r WHERE r.cart_id = c.id)
	 ORDER BY c.expires_at
	 LIMIT 500
	   FOR UPDATE SKIP LOCKED);

-- name: cart_breaks :many slow readonly
SELECT 'cart ' || c.id || ' is ordered, but there is no order of it'
  FROM cart c
 WHERE c.state = 'ordered' AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.cart_id = c.id)
UNION ALL
SELECT 'cart ' || i.cart_id || ' has ' || count(*) || ' lines'
  FROM cart_item i GROUP BY i.cart_id HAVING count(*) > 100
 LIMIT 100;

-- name: cart_hold_breaks :many slow readonly
SELECT 'reservation ' || r.id || ' is held for no cart that could be ordered'
  FROM reservation r
  LEFT JOIN cart c ON c.id = r.cart_id
 WHERE c.id IS NULL OR c.state IN ('abandoned', 'merged', 'ordered')
    OR (r.is_pinned AND c.state <> 'frozen')
 LIMIT 100;

-- The customer's cart that a guest's joins: the one that was touched last.
-- name: cart_of_account :maybe readonly
SELECT id FROM cart
 WHERE account_id = $1::uuid AND state = 'active' AND id <> $2::uuid
 ORDER BY updated_at DESC, id DESC
 LIMIT 1;

-- Locks the cart $1 of a guest, by its secret $2, or of the account $3, and the
-- account's cart $4. In the order of their ids, as everybody does.
-- name: cart_lock_both :many
SELECT c.id, c.state, c.version, c.account_id IS NOT NULL AS is_own, c.merged_into
  FROM cart c
 WHERE c.state <> 'abandoned'
   AND (c.id = $1::uuid AND (c.account_id = $3::uuid OR (c.account_id IS NULL AND c.secret_hash = $2::bytea))
        OR c.id = $4::uuid AND c.account_id = $3::uuid)
 ORDER BY c.id
   FOR UPDATE;

-- A guest's cart becomes the account's $2, and has another secret.
-- name: cart_take :exec
UPDATE cart c SET account_id = a.id, secret_hash = $3::bytea, email = coalesce(nullif(c.email, ''), a.email),
       version = c.version + 1, updated_at = statement_timestamp(),
       expires_at = statement_timestamp() + $4::bigint * interval '1 day'
  FROM account a
 WHERE c.id = $1::uuid AND a.id = $2::uuid;

-- The lines of cart $1 come to those of cart $2 as $3 says. Of each no more
-- than there is, but one, which then tells what is wrong with it. What stands
-- in $2 beside the lines stays; addresses come along when it has none. $1 can
-- be opened by nobody any more. A row for each line that was cut short. Both
-- are locked.
-- name: cart_merge :many
WITH wanted AS MATERIALIZED (
	SELECT s.id, s.variant_id, least(CASE
		WHEN $3 = 'sum' THEN s.quantity + coalesce(t.quantity, 0)
		WHEN $3 = 'max' THEN greatest(s.quantity, t.quantity)
		ELSE s.quantity END, 9999) AS quantity
	  FROM cart_item s
	  LEFT JOIN cart_item t ON t.cart_id = $2::uuid AND t.variant_id = s.variant_id
	 WHERE s.cart_id = $1::uuid
	   AND ($3 <> 'account' OR NOT EXISTS (SELECT FROM cart_item o WHERE o.cart_id = $2::uuid))
), bounded AS MATERIALIZED (
	SELECT w.id, w.variant_id, w.quantity AS asked, least(w.quantity, greatest(1, (
		SELECT max(s.on_hand - s.allocated - s.reserved - s.safety + s.backorder_limit
			+ coalesce(b.quantity, 0))
		  FROM stock s
		  LEFT JOIN reservation b ON b.cart_id = $2::uuid AND b.variant_id = s.variant_id
		   AND b.location_id = s.location_id
		 WHERE s.variant_id = w.variant_id))) AS quantity
	  FROM wanted w
), put AS (
	INSERT INTO cart_item AS i (id, cart_id, variant_id, quantity)
	SELECT ((SELECT $5::uuid[]))[row_number() OVER (ORDER BY b.id)], $2::uuid, b.variant_id, b.quantity
	  FROM bounded b
	    ON CONFLICT ON CONSTRAINT cart_item_once DO UPDATE SET quantity = excluded.quantity
), gone AS (
	DELETE FROM cart_item
	 WHERE cart_id = $2::uuid AND $3 = 'guest' AND EXISTS (SELECT FROM wanted)
	   AND variant_id NOT IN (SELECT variant_id FROM wanted)
), grown AS (
	UPDATE cart t SET email = coalesce(nullif(t.email, ''), s.email),
	       note = coalesce(nullif(t.note, ''), s.note),
	       shipping_address = CASE WHEN a.are_none THEN s.shipping_address ELSE t.shipping_address END,
	       billing_address = CASE WHEN a.are_none THEN s.billing_address ELSE t.billing_address END,
	       billing_same_as_shipping = CASE WHEN a.are_none THEN s.billing_same_as_shipping
		ELSE t.billing_same_as_shipping END,
	       shipping_rate_id = CASE WHEN a.are_none AND s.currency = t.currency THEN s.shipping_rate_id
		ELSE t.shipping_rate_id END,
	       shipping_amount = CASE WHEN a.are_none AND s.currency = t.currency THEN s.shipping_amount
		ELSE t.shipping_amount END,
	       version = t.version + 1, updated_at = statement_timestamp(),
	       expires_at = statement_timestamp() + $4::bigint * interval '1 day'
	  FROM cart s
	 CROSS JOIN LATERAL (SELECT o.shipping_address IS NULL AND o.billing_address IS NULL AS are_none
		FROM cart o WHERE o.id = $2::uuid) a
	 WHERE t.id = $2::uuid AND s.id = $1::uuid
	RETURNING t.account_id
), closed AS (
	UPDATE cart s SET state = 'merged', merged_into = $2::uuid, account_id = g.account_id,
	       secret_hash = sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())),
	       version = s.version + 1, updated_at = statement_timestamp()
	  FROM grown g
	 WHERE s.id = $1::uuid
)
SELECT variant_id FROM bounded WHERE quantity < asked;
