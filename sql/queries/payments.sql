-- Payments: attempts, their ledger, refunds, and what gateways told us.

-- name: payment_load :maybe readonly
SELECT p.id, p.order_id, p.cart_id, p.gateway, p.state, p.currency, p.amount,
       p.authorized, p.captured, p.refunded, p.refund_pending,
       p.is_manual_capture, p.attempt, p.idempotency_key, p.gateway_reference,
       p.payment_method, p.return_url, p.error_code, p.error_message,
       (extract(epoch FROM statement_timestamp() - p.created_at) * 1000000)::bigint,
       o.state, o.total, p.version, p.is_returning
  FROM payment p JOIN orders o ON o.id = p.order_id
 WHERE p.id = $1::uuid;

-- Cart, order, payment: everybody locks in this order. The subselects are
-- evaluated first, each row is then seen as it was left by whoever had it.
-- name: payment_lock :maybe
WITH target AS MATERIALIZED (
	SELECT order_id, cart_id FROM payment WHERE id = $1::uuid
), locked_cart AS MATERIALIZED (
	SELECT id FROM cart WHERE id = (SELECT cart_id FROM target) FOR UPDATE
), locked_order AS MATERIALIZED (
	SELECT id, state, total FROM orders
	 WHERE id = (SELECT order_id FROM target)
	   AND (SELECT count(*) FROM locked_cart) >= 0
	   FOR UPDATE
)
SELECT p.id, p.order_id, p.cart_id, p.gateway, p.state, p.currency, p.amount,
       p.authorized, p.captured, p.refunded, p.refund_pending,
       p.is_manual_capture, p.attempt, p.idempotency_key, p.gateway_reference,
       p.payment_method, p.return_url, p.error_code, p.error_message,
       (extract(epoch FROM statement_timestamp() - p.created_at) * 1000000)::bigint,
       o.state, o.total, p.version, p.is_returning
  FROM payment p JOIN locked_order o ON o.id = p.order_id
 WHERE p.id = $1::uuid
   FOR UPDATE OF p;

-- The one statement behind every word of a gateway: ledger, payment, order,
-- timeline, cart. Amounts come from the ledger and from nowhere else. The
-- order's number is taken last, so that its row is held only till commit.
-- $16 is_placing, $17 the cart's state or NULL, $20 is_returning: then another
-- payment of the order, if there is one, says how the order is paid.
-- name: payment_settle :one
WITH said AS (
	INSERT INTO payment_event (payment_id, kind, amount, gateway_reference, source, happened_at)
	SELECT $1::uuid, l.kind, l.amount, l.reference, $6, $7::timestamptz
	  FROM unnest($3::text[], $4::bigint[], $5::text[]) AS l (kind, amount, reference)
	    ON CONFLICT DO NOTHING
	RETURNING kind, amount
), ledger AS (
	SELECT kind, amount FROM payment_event WHERE payment_id = $1::uuid
	UNION ALL SELECT kind, amount FROM said
), sums AS (
	SELECT coalesce(max(amount) FILTER (WHERE kind = 'authorization'), 0) AS authorized,
	       coalesce(sum(amount) FILTER (WHERE kind = 'capture'), 0)::bigint AS captured
	  FROM ledger
), paid AS (
	UPDATE payment p
	   SET state = $8, authorized = s.authorized, captured = s.captured,
	       gateway_reference = coalesce(p.gateway_reference, $9),
	       client_secret = coalesce($10, p.client_secret),
	       next_action = $11::jsonb, error_code = $12, error_message = $13,
	       is_returning = p.is_returning OR $20::boolean,
	       checked_at = now(), updated_at = now(), version = p.version + 1
	  FROM sums s WHERE p.id = $1::uuid
), counted AS (
	UPDATE order_counter SET next = next + 1
	 WHERE name = 'order' AND $16::boolean
	RETURNING (next - 1)::text AS number
), told AS (
	INSERT INTO order_event (order_id, kind, actor, data)
	SELECT $2::uuid, e.kind,
	       CASE $6 WHEN 'api' THEN 'customer' WHEN 'staff' THEN 'staff'
		WHEN 'webhook' THEN 'gateway' ELSE 'system' END,
	       CASE WHEN $1::uuid IS NULL THEN '{}'::jsonb
		ELSE jsonb_build_object('payment', $1::uuid) END
	  FROM unnest($18::text[]) WITH ORDINALITY AS e (kind, place)
	 ORDER BY e.place
), moved_cart AS (
	UPDATE cart SET state = $17, updated_at = now(), version = version + 1
	 WHERE id = $19::uuid AND $17::text IS NOT NULL AND state <> $17
), moved AS (
	UPDATE orders o
	   SET state = $14,
	       payment_status = CASE WHEN $20::boolean AND EXISTS (
			SELECT 1 FROM payment q WHERE q.order_id = o.id AND q.id <> $1::uuid
			   AND NOT q.is_returning
			   AND q.state NOT IN ('failed', 'canceled', 'voided', 'expired'))
		THEN o.payment_status ELSE $15 END,
	       number = coalesce(o.number, (SELECT number FROM counted)),
	       placed_at = CASE WHEN $16::boolean THEN now() ELSE o.placed_at END,
	       updated_at = now(), version = o.version + 1
	 WHERE o.id = $2::uuid
	RETURNING o.*
)
SELECT m.number,
       CASE WHEN $16::boolean THEN json_build_object('order_id', m.id,
	'number', m.number, 'email', m.email,
	'name', btrim(concat_ws(' ', m.shipping_address->>'first_name',
		m.shipping_address->>'last_name')),
	'currency', m.currency,
	'subtotal', money_text(m.subtotal, m.currency),
	'shipping_total', money_text(m.shipping_total, m.currency),
	'tax_total', money_text(m.tax_total, m.currency),
	'total', money_text(m.total, m.currency),
	'lines', (SELECT json_agg(json_build_object('name', concat_ws(', ', l.name, nullif(l.variant_name, '')), 'sku', l.sku,
		'quantity', l.quantity, 'total', money_text(l.total, m.currency))
		ORDER BY l.position) FROM order_line l WHERE l.order_id = m.id))
       END AS placed
  FROM moved m;

-- It pays for its order no more.
-- name: payment_return :exec
UPDATE payment SET is_returning = true, updated_at = now(), version = version + 1
 WHERE id = $1::uuid AND NOT is_returning;

-- name: payment_touch :exec
UPDATE payment SET checked_at = now() WHERE id = $1::uuid;

-- name: refund_load :maybe readonly
SELECT r.id, r.payment_id, r.order_id, r.state, r.amount, r.currency, r.reason,
       r.idempotency_key, r.gateway_reference
  FROM refund r WHERE r.id = $1::uuid;

-- Sets the amount aside on the payment's row and writes the refund: two at
-- once meet at the row, and the second sees what the first has left.
-- name: refund_insert :maybe
WITH aside AS (
	UPDATE payment SET refund_pending = refund_pending + $3::bigint,
	       updated_at = now(), version = version + 1
	 WHERE id = $2::uuid AND captured - refunded - refund_pending >= $3::bigint
	   AND state IN ('captured', 'partially_refunded')
	RETURNING id, order_id, currency
), made AS (
	INSERT INTO refund (id, payment_id, order_id, amount, currency, reason,
		idempotency_key, requested_by, request_key)
	SELECT $1::uuid, id, order_id, $3::bigint, currency, $4, $5, $6::uuid, $7 FROM aside
	RETURNING order_id, currency, amount
)
INSERT INTO order_event (order_id, kind, actor, actor_id, data)
SELECT order_id, 'refund.requested', CASE WHEN $6::uuid IS NULL THEN 'system' ELSE 'staff' END,
       $6::uuid, jsonb_build_object('refund', $1::uuid, 'amount', money_text(amount, currency),
	'currency', currency)
  FROM made
RETURNING order_id;

-- What this very request has asked for before.
-- name: refund_by_request :maybe
SELECT id FROM refund WHERE request_key = $1;

-- name: refund_lock :maybe
WITH target AS MATERIALIZED (
	SELECT order_id, payment_id FROM refund WHERE id = $1::uuid
), locked_order AS MATERIALIZED (
	SELECT id, total FROM orders WHERE id = (SELECT order_id FROM target) FOR UPDATE
), locked_payment AS MATERIALIZED (
	SELECT id, state, captured, refunded, refund_pending FROM payment
	 WHERE id = (SELECT payment_id FROM target)
	   AND (SELECT count(*) FROM locked_order) >= 0
	   FOR UPDATE
)
SELECT r.state, r.amount, p.state, p.captured, p.refunded, o.total
  FROM refund r JOIN locked_payment p ON p.id = r.payment_id
  JOIN locked_order o ON o.id = r.order_id
 WHERE r.id = $1::uuid
   FOR UPDATE OF r;

-- What the gateway said of a refund. $2 its state, $6 what leaves the set
-- aside amount, $7 the ledger's kind or NULL, $8 payment's state, $9 the order's payment_status.
-- name: refund_settle :one
WITH changed AS (
	UPDATE refund SET state = $2, gateway_reference = coalesce(gateway_reference, $3),
	       error_message = $4, updated_at = now()
	 WHERE id = $1::uuid
	RETURNING id, payment_id, order_id, amount, currency
), said AS (
	INSERT INTO payment_event (payment_id, kind, amount, gateway_reference, source, happened_at)
	SELECT payment_id, $7, amount, id::text, $5, now() FROM changed WHERE $7::text IS NOT NULL
	    ON CONFLICT DO NOTHING
	RETURNING payment_id, kind, amount
), ledger AS (
	SELECT kind, amount FROM payment_event
	 WHERE payment_id = (SELECT payment_id FROM changed)
	UNION ALL SELECT kind, amount FROM said
), given AS (
	SELECT coalesce(sum(CASE WHEN kind IN ('refund', 'chargeback') THEN amount
		WHEN kind IN ('refund_failed', 'chargeback_won') THEN -amount END), 0)::bigint AS back
	  FROM ledger
), paid AS (
	UPDATE payment p SET refunded = g.back,
	       refund_pending = p.refund_pending - $6::bigint, state = $8,
	       updated_at = now(), version = p.version + 1
	  FROM given g, changed c WHERE p.id = c.payment_id
), moved AS (
	UPDATE orders o
	   SET payment_status = CASE WHEN EXISTS (
			SELECT 1 FROM payment p WHERE p.id = c.payment_id AND p.is_returning)
			AND EXISTS (
			SELECT 1 FROM payment q WHERE q.order_id = o.id AND q.id <> c.payment_id
			   AND NOT q.is_returning
			   AND q.state NOT IN ('failed', 'canceled', 'voided', 'expired'))
		THEN o.payment_status ELSE $9 END,
	       updated_at = now(), version = o.version + 1
	  FROM changed c WHERE o.id = c.order_id
), told AS (
	INSERT INTO order_event (order_id, kind, actor, data)
	SELECT order_id, 'refund.' || $2, CASE $5 WHEN 'webhook' THEN 'gateway' ELSE 'system' END,
	       jsonb_build_object('refund', id, 'amount', money_text(amount, currency),
		'currency', currency)
	  FROM changed
)
SELECT order_id FROM changed;

-- name: refund_by_reference :maybe readonly
SELECT id FROM refund WHERE gateway_reference = $1;

-- name: refund_show :maybe readonly
SELECT id, payment_id, order_id, state, currency, amount, reason, error_message, created_at
  FROM refund WHERE id = $1::uuid;

-- What may still be given back of an order, payment by payment.
-- name: refund_quote :maybe readonly
SELECT o.id AS order_id, o.currency,
       coalesce(sum(p.captured), 0)::bigint AS captured,
       coalesce(sum(p.refunded), 0)::bigint AS refunded,
       coalesce(sum(p.refund_pending), 0)::bigint AS pending,
       coalesce((array_agg(p.captured - p.refunded - p.refund_pending ORDER BY p.is_returning, p.id DESC)
	FILTER (WHERE p.state IN ('captured', 'partially_refunded')))[1], 0)::bigint AS refundable,
       (array_agg(p.id ORDER BY p.is_returning, p.id DESC)
	FILTER (WHERE p.state IN ('captured', 'partially_refunded')))[1] AS payment_id
  FROM orders o LEFT JOIN payment p ON p.order_id = o.id
 WHERE o.id = $1::uuid
 GROUP BY o.id;

-- Banks take days: the pause grows with its age.
-- name: refund_due :many
WITH due AS (
	SELECT id FROM refund
	 WHERE state IN ('requested', 'pending', 'unknown')
	   AND updated_at < now() - greatest(interval '5 seconds',
		least((now() - created_at) / 4, interval '5 minutes'))
	 ORDER BY updated_at LIMIT 50 FOR UPDATE SKIP LOCKED
)
UPDATE refund r SET updated_at = now() FROM due WHERE r.id = due.id
RETURNING r.id;

-- name: inbox_insert :maybe
INSERT INTO webhook_inbox (gateway, event_id, kind, body, payment_id,
	gateway_reference, refund_reference, is_dispute)
VALUES ($1, $2, $3, $4, $5::uuid, $6, $7, $8::boolean)
ON CONFLICT ON CONSTRAINT webhook_inbox_once DO NOTHING
RETURNING id;

-- The payment that an inbox entry is about: by the gateway's id, else by our
-- own in its metadata (it may come before the answer that brings the id).
-- name: inbox_load :maybe readonly
SELECT i.gateway, i.kind, i.gateway_reference, i.refund_reference, i.is_dispute,
       i.processed_at IS NOT NULL,
       coalesce((SELECT p.id FROM payment p
		 WHERE p.gateway = i.gateway AND p.gateway_reference = i.gateway_reference),
		(SELECT p.id FROM payment p
		 WHERE p.gateway = i.gateway AND p.id = i.payment_id))
  FROM webhook_inbox i WHERE i.id = $1::bigint;

-- name: inbox_done :exec
UPDATE webhook_inbox SET processed_at = now(), outcome = $2 WHERE id = $1::bigint;

-- name: payment_ledger_broken :many readonly slow
SELECT 'payment ' || p.id || ' is ' || p.state || ': captured ' || p.captured || ', refunded ' ||
       p.refunded || ', set aside ' || p.refund_pending
  FROM payment p
 WHERE p.captured <> (SELECT coalesce(sum(e.amount), 0) FROM payment_event e
	WHERE e.payment_id = p.id AND e.kind = 'capture')
    OR p.refunded <> (SELECT coalesce(sum(CASE
	WHEN e.kind IN ('refund', 'chargeback') THEN e.amount
	WHEN e.kind IN ('refund_failed', 'chargeback_won') THEN -e.amount END), 0)
	FROM payment_event e WHERE e.payment_id = p.id)
    OR p.refund_pending <> (SELECT coalesce(sum(r.amount), 0) FROM refund r
	WHERE r.payment_id = p.id AND r.state IN ('requested', 'pending', 'unknown'))
    OR p.refunded > p.captured OR p.captured > p.amount
    OR (p.state = 'authorized' AND (p.authorized = 0 OR p.captured > 0))
    OR (p.state = 'captured' AND (p.captured = 0 OR p.refunded > 0))
    OR (p.state = 'partially_refunded' AND (p.refunded = 0 OR p.refunded = p.captured))
    OR (p.state = 'refunded' AND (p.captured = 0 OR p.refunded <> p.captured))
    OR (p.state IN ('created', 'requires_action', 'processing', 'unknown', 'failed', 'canceled')
	AND p.captured > 0)
 LIMIT 100;

-- name: payment_two_live :many readonly slow
SELECT 'order ' || order_id FROM payment
 WHERE state NOT IN ('failed', 'canceled', 'voided', 'expired') AND NOT is_returning
 GROUP BY order_id HAVING count(*) > 1 LIMIT 100;
