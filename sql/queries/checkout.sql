-- Checkout: PREPARE, what stands at a cart, what is due.

-- The order of a cart and its live payment, if any.
-- name: checkout_current :maybe readonly
SELECT o.id, o.state, o.total, o.currency, p.id
  FROM orders o
  LEFT JOIN payment p ON p.order_id = o.id
	AND p.state NOT IN ('failed', 'canceled', 'voided', 'expired')
	AND NOT p.is_returning
 WHERE o.cart_id = $1::uuid;

-- PREPARE: the cart as locked becomes an order that waits to be paid (or the
-- one that expired is tried again), with its lines, the payment under its
-- key, the first word of its timeline; the cart is frozen. No row when the
-- cart has an order that stands.
-- name: checkout_prepare :maybe
WITH ordered AS (
	INSERT INTO orders AS o (id, cart_id, account_id, secret_hash, email, note, currency,
		subtotal, shipping_total, tax_total, total, tax_is_inclusive, tax_rate_millionths,
		shipping_tax, shipping_method, shipping_address, billing_address)
	SELECT $1::uuid, c.id, c.account_id, c.secret_hash, c.email, c.note, c.currency,
	       $3::bigint, $4::bigint, $5::bigint, $6::bigint, $7::boolean, $8::bigint,
	       $9::bigint, $10, $11::jsonb, $12::jsonb
	  FROM cart c WHERE c.id = $2::uuid
	    ON CONFLICT ON CONSTRAINT orders_cart_key DO UPDATE
	   SET account_id = excluded.account_id, email = excluded.email, note = excluded.note,
	       currency = excluded.currency, subtotal = excluded.subtotal,
	       shipping_total = excluded.shipping_total, tax_total = excluded.tax_total,
	       total = excluded.total, tax_is_inclusive = excluded.tax_is_inclusive,
	       tax_rate_millionths = excluded.tax_rate_millionths,
	       shipping_tax = excluded.shipping_tax, shipping_method = excluded.shipping_method,
	       shipping_address = excluded.shipping_address,
	       billing_address = excluded.billing_address, state = 'pending_payment',
	       payment_status = 'none', pending_since = now(), updated_at = now(),
	       version = o.version + 1
	 WHERE o.state = 'expired'
	RETURNING o.id
), wanted AS (
	SELECT o.id AS order_id, l.*, coalesce(chosen.variant_name, '') AS variant_name,
	       coalesce(chosen.options, '{}') AS options
	  FROM ordered o CROSS JOIN unnest($13::uuid[], $14::uuid[], $15::text[], $16::text[],
		$17::bigint[], $18::bigint[], $19::bigint[], $20::bigint[]) WITH ORDINALITY
		AS l (variant_id, product_id, sku, name, quantity, unit_price, total, tax, position)
	  LEFT JOIN LATERAL (SELECT v.name AS variant_name, v.options FROM variant v
		WHERE v.id = l.variant_id) chosen ON true
), lines AS (
	INSERT INTO order_line AS l (order_id, position, variant_id, product_id, sku, name,
		quantity, unit_price, total, tax, variant_name, options)
	SELECT order_id, position, variant_id, product_id, sku, name, quantity, unit_price, total, tax,
	       variant_name, options
	  FROM wanted
	    ON CONFLICT ON CONSTRAINT order_line_position DO UPDATE
	   SET variant_id = excluded.variant_id, product_id = excluded.product_id,
	       location_id = NULL, sku = excluded.sku, name = excluded.name,
	       quantity = excluded.quantity, unit_price = excluded.unit_price,
	       total = excluded.total, tax = excluded.tax,
	       variant_name = excluded.variant_name, options = excluded.options
), gone AS (
	DELETE FROM order_line l USING ordered o
	 WHERE l.order_id = o.id AND l.position > cardinality($13::uuid[])
), paid AS (
	INSERT INTO payment (id, order_id, cart_id, gateway, currency, amount, idempotency_key,
		payment_method, return_url, is_manual_capture)
	SELECT $21::uuid, o.id, c.id, $22, c.currency, $6::bigint, $23, $24, $25, $26::boolean
	  FROM ordered o, cart c WHERE c.id = $2::uuid AND $21::uuid IS NOT NULL
), told AS (
	INSERT INTO order_event (order_id, kind, actor)
	SELECT id, 'order.pending', 'customer' FROM ordered
), frozen AS (
	UPDATE cart SET state = 'frozen', updated_at = now(), version = version + 1
	 WHERE id = $2::uuid AND EXISTS (SELECT 1 FROM ordered)
)
SELECT id FROM ordered;

-- name: payment_retry :one
UPDATE payment SET attempt = attempt + 1, updated_at = now(), version = version + 1
 WHERE id = $1::uuid
RETURNING attempt;

-- A payment session for the bearer of the cart's secret or its owner.
-- name: payment_session_show :maybe readonly
SELECT p.id, p.order_id, p.gateway, p.state AS status, p.amount, p.currency,
       p.client_secret, $5::text AS publishable_key, p.next_action,
       p.error_code, p.error_message, p.created_at
  FROM payment p JOIN orders o ON o.id = p.order_id
 WHERE p.id = $1::uuid AND p.cart_id = $2::uuid
   AND (o.secret_hash = $3::bytea OR o.account_id = $4::uuid);

-- Payments that nobody has heard of lately. The pause grows with their age;
-- one in doubt is asked about at least every 20 seconds.
-- name: resolve_due :many
WITH due AS (
	SELECT id FROM payment
	 WHERE state IN ('created', 'requires_action', 'processing', 'unknown')
	   AND updated_at < now() - interval '6 seconds'
	   AND coalesce(checked_at, updated_at) < now() - greatest(interval '4 seconds',
		least((now() - created_at) / 2, CASE
			WHEN state IN ('processing', 'unknown') OR gateway_reference IS NULL
			THEN interval '20 seconds' ELSE interval '60 seconds' END))
	 ORDER BY updated_at LIMIT 200 FOR UPDATE SKIP LOCKED
)
UPDATE payment p SET checked_at = now() FROM due WHERE p.id = due.id
RETURNING p.id;

-- Orders whose hold has run out and whose payment is not in doubt.
-- name: expire_due :many
SELECT o.id FROM orders o
 WHERE o.state = 'pending_payment'
   AND o.pending_since < now() - $1::bigint * interval '1 minute'
   AND NOT EXISTS (SELECT 1 FROM payment p WHERE p.order_id = o.id
	AND (p.state IN ('processing', 'unknown')
	     OR (p.state = 'created' AND p.gateway_reference IS NULL)))
 ORDER BY o.pending_since LIMIT 200;

-- Money that should have gone back by now: a refund of it was refused or failed.
-- The pause grows with its age.
-- name: return_due :many
SELECT id FROM payment
 WHERE is_returning AND captured > refunded + refund_pending
   AND updated_at < now() - greatest(interval '5 seconds',
	least((now() - created_at) / 4, interval '1 hour'))
 ORDER BY updated_at LIMIT 200;

-- name: checkout_order_live :maybe readonly
SELECT o.state, o.cart_id, p.id,
       extract(epoch FROM now() - o.pending_since)::bigint AS pending_seconds
  FROM orders o
  LEFT JOIN payment p ON p.order_id = o.id
	AND p.state NOT IN ('failed', 'canceled', 'voided', 'expired')
	AND NOT p.is_returning
 WHERE o.id = $1::uuid;

-- An order that no payment will bring to life.
-- name: checkout_lock_order :maybe
WITH target AS MATERIALIZED (
	SELECT cart_id FROM orders WHERE id = $1::uuid
), locked_cart AS MATERIALIZED (
	SELECT id FROM cart WHERE id = (SELECT cart_id FROM target) FOR UPDATE
)
SELECT o.state, o.cart_id FROM orders o
 WHERE o.id = $1::uuid AND (SELECT count(*) FROM locked_cart) >= 0
   FOR UPDATE OF o;

-- name: dispute_settle :maybe
WITH said AS (
	INSERT INTO payment_event (payment_id, kind, amount, gateway_reference, source, happened_at)
	SELECT p.id, 'unknown', 0, $2, 'webhook', now() FROM payment p WHERE p.id = $1::uuid
	    ON CONFLICT DO NOTHING
	RETURNING payment_id
), told AS (
	INSERT INTO order_event (order_id, kind, actor, is_public, data)
	SELECT p.order_id, 'payment.dispute', 'gateway', false, jsonb_build_object('event', $2::text)
	  FROM payment p JOIN said s ON s.payment_id = p.id
)
SELECT payment_id FROM said;

-- I2: what is placed is paid for or held for, and what was taken has an
-- order that stands, or is on its way back.
-- name: checkout_unpaid :many readonly slow
SELECT 'order ' || o.id || ' is placed without money' FROM orders o
 WHERE o.state IN ('placed', 'completed') AND o.total > 0
   AND NOT EXISTS (SELECT 1 FROM payment p WHERE p.order_id = o.id
	AND NOT p.is_returning
	AND (p.authorized >= o.total OR p.captured >= o.total))
UNION ALL
SELECT 'payment ' || p.id || ' was taken for an order that is ' || o.state
  FROM payment p JOIN orders o ON o.id = p.order_id
 WHERE (o.state IN ('pending_payment', 'expired', 'canceled') OR p.is_returning)
   AND p.captured > p.refunded + p.refund_pending
   AND p.updated_at < now() - interval '60 seconds'
UNION ALL
SELECT 'order ' || o.id || ' has a total of ' || o.total || ' and a payment over ' || p.amount
  FROM payment p JOIN orders o ON o.id = p.order_id
 WHERE o.state IN ('placed', 'completed') AND p.captured > 0 AND p.amount <> o.total
   AND NOT p.is_returning
UNION ALL
SELECT 'order ' || o.id || ' is said to be ' || o.payment_status
  FROM payment p JOIN orders o ON o.id = p.order_id
 WHERE o.state IN ('placed', 'completed') AND NOT p.is_returning
   AND p.state IN ('authorized', 'captured', 'partially_refunded', 'refunded')
   AND o.payment_status <> CASE
	WHEN p.refunded > 0 AND p.refunded < p.captured THEN 'partially_refunded'
	WHEN p.refunded > 0 THEN 'refunded'
	WHEN p.captured > o.total THEN 'overpaid'
	WHEN p.captured = o.total THEN 'paid'
	WHEN p.captured > 0 THEN 'partially_paid'
	ELSE 'authorized' END
UNION ALL
SELECT 'order ' || o.id || ' has been waiting to be paid since ' || o.pending_since
  FROM orders o
 WHERE o.state = 'pending_payment' AND o.pending_since < now() - interval '2 days'
 LIMIT 100;

-- name: checkout_frozen :many readonly slow
SELECT 'cart ' || c.id || ' is ' || c.state || ', its order ' || coalesce(o.state, 'missing')
  FROM cart c LEFT JOIN orders o ON o.cart_id = c.id
 WHERE (c.state = 'frozen') <> coalesce(o.state = 'pending_payment', false)
    OR (c.state = 'ordered') <> coalesce(o.state IN ('placed', 'completed', 'canceled'), false)
 LIMIT 100;
