-- Orders: what was sold, and their timeline.

-- The whole order for whoever holds its secret or that of a mailed link ($2),
-- or owns it ($3).
-- name: order_show :maybe readonly
SELECT o.id, o.number, o.state, o.payment_status, o.fulfilment_status, o.email,
       o.note, o.currency, o.subtotal, o.shipping_total, o.tax_total, o.total,
       o.tax_is_inclusive, o.shipping_method, o.shipping_address,
       o.billing_address, o.placed_at, o.created_at, o.updated_at, o.version,
       (SELECT coalesce(json_agg(json_build_object('id', l.id,
		'variant', l.variant_id, 'product', l.product_id, 'sku', l.sku,
		'name', l.name, 'variant_name', l.variant_name,
		'options', l.options, 'quantity', l.quantity,
		'unit_price', money_text(l.unit_price, o.currency),
		'total', money_text(l.total, o.currency),
		'tax', money_text(l.tax, o.currency)) ORDER BY l.position), '[]')
	  FROM order_line l WHERE l.order_id = o.id) AS lines,
       (SELECT coalesce(json_agg(json_build_object('id', p.id,
		'gateway', p.gateway, 'status', p.state, 'currency', p.currency,
		'amount', money_text(p.amount, p.currency),
		'captured', money_text(p.captured, p.currency),
		'refunded', money_text(p.refunded, p.currency),
		'created_at', time_text(p.created_at)) ORDER BY p.id), '[]')
	  FROM payment p WHERE p.order_id = o.id) AS payments,
       (SELECT coalesce(json_agg(json_build_object('kind', e.kind,
		'actor', e.actor, 'data', e.data, 'created_at', time_text(e.created_at))
		ORDER BY e.id), '[]')
	  FROM order_event e WHERE e.order_id = o.id AND e.is_public) AS timeline
  FROM orders o
 WHERE o.id = $1::uuid
   AND (o.secret_hash = $2::bytea OR o.account_id = $3::uuid
	OR EXISTS (SELECT 1 FROM order_access a WHERE a.secret_hash = $2::bytea
		AND a.order_id = o.id AND a.expires_at > now()));

-- Where its goods are, for the same people. No parcels are known yet.
-- name: order_tracking :maybe readonly
SELECT o.fulfilment_status, '[]'::json AS parcels
  FROM orders o
 WHERE o.id = $1::uuid
   AND (o.secret_hash = $2::bytea OR o.account_id = $3::uuid
	OR EXISTS (SELECT 1 FROM order_access a WHERE a.secret_hash = $2::bytea
		AND a.order_id = o.id AND a.expires_at > now()));

-- A secret ($3 its hash) for the order of number $1 if $2 is its e-mail
-- address; no row when there is none such, or it got its $4 of this hour.
-- name: order_access_make :maybe
WITH found AS (
	SELECT o.id, o.number, o.email,
	       btrim(concat_ws(' ', o.shipping_address->>'first_name',
		o.shipping_address->>'last_name')) AS name
	  FROM orders o
	 WHERE o.number = $1 AND lower(o.email) = lower($2)
	   AND o.state IN ('placed', 'completed', 'canceled')
), made AS (
	INSERT INTO order_access (secret_hash, order_id, expires_at)
	SELECT $3::bytea, f.id, now() + interval '7 days' FROM found f
	 WHERE (SELECT count(*) FROM order_access a WHERE a.order_id = f.id
		AND a.created_at > now() - interval '1 hour') < $4::bigint
	RETURNING order_id
)
SELECT f.id, f.number, f.email, f.name
  FROM found f JOIN made m ON m.order_id = f.id;

-- name: order_access_prune :exec
DELETE FROM order_access WHERE expires_at < now();

-- The same for staff, with what the customer does not see.
-- name: order_show_staff :maybe readonly
SELECT o.id, o.number, o.cart_id, o.account_id, o.state, o.payment_status,
       o.fulfilment_status, o.email, o.note, o.currency, o.subtotal,
       o.shipping_total, o.tax_total, o.total, o.tax_is_inclusive,
       o.shipping_method, o.shipping_address, o.billing_address, o.placed_at,
       o.created_at, o.updated_at, o.version,
       (SELECT coalesce(json_agg(json_build_object('id', l.id,
		'variant', l.variant_id, 'product', l.product_id,
		'location', l.location_id, 'sku', l.sku,
		'name', l.name, 'variant_name', l.variant_name,
		'options', l.options, 'quantity', l.quantity,
		'unit_price', money_text(l.unit_price, o.currency),
		'total', money_text(l.total, o.currency),
		'tax', money_text(l.tax, o.currency)) ORDER BY l.position), '[]')
	  FROM order_line l WHERE l.order_id = o.id) AS lines,
       (SELECT coalesce(json_agg(json_build_object('id', p.id,
		'gateway', p.gateway, 'status', p.state, 'currency', p.currency,
		'amount', money_text(p.amount, p.currency),
		'authorized', money_text(p.authorized, p.currency),
		'captured', money_text(p.captured, p.currency),
		'refunded', money_text(p.refunded, p.currency),
		'refund_pending', money_text(p.refund_pending, p.currency),
		'gateway_reference', p.gateway_reference,
		'error_code', p.error_code, 'error_message', p.error_message,
		'created_at', time_text(p.created_at)) ORDER BY p.id), '[]')
	  FROM payment p WHERE p.order_id = o.id) AS payments,
       (SELECT coalesce(json_agg(json_build_object('id', r.id,
		'payment', r.payment_id, 'status', r.state, 'currency', r.currency,
		'amount', money_text(r.amount, r.currency), 'reason', r.reason,
		'created_at', time_text(r.created_at)) ORDER BY r.id), '[]')
	  FROM refund r WHERE r.order_id = o.id) AS refunds,
       (SELECT coalesce(json_agg(json_build_object('kind', e.kind,
		'actor', e.actor, 'actor_id', e.actor_id, 'is_public', e.is_public,
		'data', e.data, 'created_at', time_text(e.created_at))
		ORDER BY e.id), '[]')
	  FROM order_event e WHERE e.order_id = o.id) AS timeline
  FROM orders o
 WHERE o.id = $1::uuid;

-- name: order_list_own :page readonly
SELECT o.id, o.number, o.state, o.payment_status, o.fulfilment_status,
       o.currency, o.total, o.placed_at, o.created_at,
       (SELECT coalesce(sum(l.quantity), 0)::bigint FROM order_line l
	 WHERE l.order_id = o.id) AS item_count,
       (SELECT count(*) FROM orders o WHERE o.account_id = $1::uuid
	   AND o.number IS NOT NULL [[filters]]) AS total_count
  FROM orders o
 WHERE o.account_id = $1::uuid AND o.number IS NOT NULL [[filters]]
 ORDER BY [[order]] [[page]];

-- name: order_list_staff :page readonly slow
SELECT o.id, o.number, o.state, o.payment_status, o.fulfilment_status, o.email,
       o.account_id, o.currency, o.total, o.placed_at, o.created_at, o.version,
       (SELECT coalesce(sum(l.quantity), 0)::bigint FROM order_line l
	 WHERE l.order_id = o.id) AS item_count,
       (SELECT count(*) FROM orders o WHERE true [[filters]]) AS total_count
  FROM orders o
 WHERE true [[filters]]
 ORDER BY [[order]] [[page]];

-- name: order_version :maybe readonly
SELECT version FROM orders WHERE id = $1::uuid;

-- name: order_set_note :maybe
UPDATE orders SET note = $2, updated_at = now(), version = version + 1
 WHERE id = $1::uuid AND version = $3::bigint
RETURNING id;

-- name: order_event_insert :exec
INSERT INTO order_event (order_id, kind, actor, actor_id, is_public, data)
VALUES ($1::uuid, $2, $3, $4::uuid, $5::boolean, $6::jsonb);

-- Serializes whatever changes an order or its payments.
-- name: order_lock :maybe
SELECT state, fulfilment_status, cart_id, account_id, number, version
  FROM orders WHERE id = $1::uuid FOR UPDATE;

-- name: order_set_state :exec
UPDATE orders SET state = $2, fulfilment_status = $3, updated_at = now(),
       version = version + 1
 WHERE id = $1::uuid;

-- name: order_total_broken :many readonly slow
SELECT 'order ' || o.id FROM orders o
 WHERE o.subtotal <> (SELECT coalesce(sum(l.total), 0) FROM order_line l
	WHERE l.order_id = o.id)
    OR o.tax_total <> o.shipping_tax + (SELECT coalesce(sum(l.tax), 0)
	FROM order_line l WHERE l.order_id = o.id)
    OR EXISTS (SELECT 1 FROM order_line l WHERE l.order_id = o.id
	AND l.total <> l.quantity * l.unit_price)
 LIMIT 100;

-- name: order_number_missing :many readonly slow
SELECT 'order ' || o.id FROM orders o
 WHERE (o.state IN ('placed', 'completed', 'canceled')) <>
       (o.number IS NOT NULL AND o.placed_at IS NOT NULL)
 LIMIT 100;

-- The timeline tells a legal life that ends in the order's state.
-- name: order_history_broken :many readonly slow
WITH step (kind, state) AS (
	VALUES ('order.pending', 'pending_payment'), ('order.placed', 'placed'),
	       ('order.expired', 'expired'), ('order.canceled', 'canceled'),
	       ('order.completed', 'completed')
), life AS (
	SELECT e.order_id, e.id, s.state,
	       lag(s.state) OVER w AS before,
	       lead(s.state) OVER w AS after
	  FROM order_event e JOIN step s ON s.kind = e.kind
	WINDOW w AS (PARTITION BY e.order_id ORDER BY e.id)
)
SELECT 'order ' || l.order_id || ': ' || coalesce(l.before, 'nothing') ||
       ' then ' || l.state
  FROM life l JOIN orders o ON o.id = l.order_id
 WHERE (coalesce(l.before, 'nothing'), l.state) NOT IN (
	('nothing', 'pending_payment'), ('pending_payment', 'placed'),
	('pending_payment', 'expired'), ('expired', 'pending_payment'),
	('expired', 'placed'), ('placed', 'completed'), ('placed', 'canceled'))
    OR (l.after IS NULL AND l.state <> o.state)
UNION ALL
SELECT 'order ' || o.id || ': no history' FROM orders o
 WHERE NOT EXISTS (SELECT 1 FROM order_event e WHERE e.order_id = o.id)
 LIMIT 100;

-- Promised stock is what the open orders have in their lines.
-- name: order_allocation_broken :many readonly slow
SELECT 'variant ' || coalesce(s.variant_id, l.variant_id) || ': allocated ' ||
       coalesce(s.allocated, 0) || ', in open orders ' || coalesce(l.quantity, 0)
  FROM (SELECT variant_id, sum(allocated) AS allocated FROM stock
	 GROUP BY variant_id) s
  FULL JOIN (SELECT l.variant_id, sum(l.quantity) AS quantity
	  FROM order_line l JOIN orders o ON o.id = l.order_id
	 WHERE o.state = 'placed' AND o.fulfilment_status = 'unfulfilled'
	   AND l.variant_id IS NOT NULL
	 GROUP BY l.variant_id) l ON l.variant_id = s.variant_id
 WHERE coalesce(s.allocated, 0) <> coalesce(l.quantity, 0)
 LIMIT 100;
