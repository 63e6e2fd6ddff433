-- shop.sql - 20,000 orders with all that hangs on them, from the carts of
-- tests/bench/carts.sql.
INSERT INTO orders (id, number, cart_id, secret_hash, email, state, payment_status, currency, subtotal,
	shipping_total, tax_total, total, tax_is_inclusive, tax_rate_millionths, shipping_address, billing_address)
SELECT id, 'B' || row_number() OVER (ORDER BY id), id, secret_hash, email, 'placed', 'paid', currency, 3998, 490, 716,
       4488, true, 190000, shipping_address, shipping_address
  FROM cart;
INSERT INTO order_line (order_id, position, variant_id, sku, name, quantity, unit_price, total, tax)
SELECT cart_id, row_number() OVER (PARTITION BY cart_id ORDER BY id), variant_id, 'S', 'N', 1, 1999, 1999, 319
  FROM cart_item;
INSERT INTO payment (id, order_id, cart_id, gateway, state, currency, amount, idempotency_key)
SELECT id, id, cart_id, 'stripe', 'captured', currency, total, 'payment:' || id FROM orders;
INSERT INTO payment_event (payment_id, kind, amount, gateway_reference, source, happened_at)
SELECT id, 'capture', amount, 'ch_' || id, 'api', now() FROM payment;
INSERT INTO order_event (order_id, kind, actor) SELECT id, 'order.placed', 'customer' FROM orders;
INSERT INTO reservation (cart_id, variant_id, location_id, quantity, expires_at)
SELECT i.cart_id, i.variant_id, l.id, 1, now() + interval '15 minutes'
  FROM cart_item i, location l WHERE l.is_default;
INSERT INTO idempotency_key (principal, key, route, request_hash, claim, lease_until)
SELECT 'secret', id::text, 'POST /', secret_hash, id, now() FROM cart;
INSERT INTO change_log (kind, object_id, xid)
SELECT 'product', id, (row_number() OVER (ORDER BY id) / 3)::text::xid8 FROM product;
