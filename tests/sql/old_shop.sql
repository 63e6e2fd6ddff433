-- old_shop.sql - a shop as the version before variants left it: four products
-- (one a draft, one deleted), three carts, a hold, a paid order. All it holds
-- is copied into the schema "before".
-- Secrets: bench-secret-bench-secret-bench-secret-benc.

INSERT INTO category (id, slug, name, lineage)
VALUES ('0199d100-0000-7000-8000-000000000001', 'old', 'Old', '{0199d100-0000-7000-8000-000000000001}');
INSERT INTO product (id, slug, name, status, category_id, attributes, images, source, source_key)
SELECT ('0199d200-0000-7000-8000-00000000000' || i)::uuid, 'old-' || i, 'Old thing ' || i,
       CASE WHEN i = 3 THEN 'draft' ELSE 'published' END, '0199d100-0000-7000-8000-000000000001',
       '{"Colour": "Blue"}', '["https://img.example.com/1.jpg"]', 'csv', 'key-' || i
  FROM generate_series(1, 4) i;
INSERT INTO variant (id, product_id, sku, weight_grams)
SELECT ('0199d300-0000-7000-8000-00000000000' || i)::uuid, ('0199d200-0000-7000-8000-00000000000' || i)::uuid,
       'OLD-' || i, 100 * i
  FROM generate_series(1, 4) i;
INSERT INTO price (variant_id, currency, amount, compare_at_amount)
SELECT id, c, 1000 + length(sku), 1500 FROM variant, unnest('{EUR,CHF}'::text[]) c;
INSERT INTO stock (variant_id, location_id, on_hand, allocated, reserved)
SELECT v.id, l.id, 50, CASE v.sku WHEN 'OLD-1' THEN 2 ELSE 0 END, CASE v.sku WHEN 'OLD-2' THEN 3 ELSE 0 END
  FROM variant v, location l WHERE l.is_default;
INSERT INTO stock_movement (variant_id, location_id, kind, on_hand_change, cause)
SELECT variant_id, location_id, 'received', 50, 'import' FROM stock;
UPDATE product SET deleted_at = now(), slug = 'deleted-' || id, source = NULL, source_key = NULL
 WHERE slug = 'old-4';
UPDATE variant SET sku = 'deleted-' || id WHERE sku = 'OLD-4';
SELECT listing_refresh(ARRAY(SELECT id FROM product));

-- Cart 1 is open, 2 holds goods, 3 became an order.
INSERT INTO cart (id, secret_hash, email, currency, shipping_address, shipping_rate_id, shipping_amount,
                  state, expires_at)
SELECT ('0199d400-0000-7000-8000-00000000000' || i)::uuid,
       sha256('bench-secret-bench-secret-bench-secret-benc'), 'old@example.com', 'EUR',
       '{"first_name": "Ada", "last_name": "Old", "company": "", "line1": "Hauptstrasse 1", "line2": "",
         "city": "Berlin", "postal_code": "10115", "region": "", "country": "DE", "phone": ""}',
       '019aa000-0000-7000-8003-000000000001', 490, CASE i WHEN 3 THEN 'ordered' ELSE 'active' END,
       now() + interval '30 days'
  FROM generate_series(1, 3) i;
INSERT INTO cart_item (cart_id, variant_id, quantity) VALUES
    ('0199d400-0000-7000-8000-000000000001', '0199d300-0000-7000-8000-000000000001', 1),
    ('0199d400-0000-7000-8000-000000000001', '0199d300-0000-7000-8000-000000000003', 4),
    ('0199d400-0000-7000-8000-000000000002', '0199d300-0000-7000-8000-000000000002', 3),
    ('0199d400-0000-7000-8000-000000000003', '0199d300-0000-7000-8000-000000000001', 2);
INSERT INTO reservation (cart_id, variant_id, location_id, quantity, expires_at)
SELECT '0199d400-0000-7000-8000-000000000002', '0199d300-0000-7000-8000-000000000002', id, 3,
       now() + interval '1 hour' FROM location WHERE is_default;
INSERT INTO stock_movement (variant_id, location_id, kind, reserved_change, cause, cause_id)
SELECT variant_id, location_id, 'reserved', 3, 'cart', cart_id FROM reservation;

INSERT INTO orders (id, number, cart_id, secret_hash, email, state, payment_status, currency, subtotal,
                    shipping_total, tax_total, total, tax_is_inclusive, tax_rate_millionths,
                    shipping_tax, shipping_method, shipping_address, billing_address, placed_at)
SELECT '0199d500-0000-7000-8000-000000000001', '1001', id, secret_hash, email, 'placed', 'paid', 'EUR', 2010,
       490, 399, 2500, true, 190000, 78, 'Standard', shipping_address, shipping_address, now()
  FROM cart WHERE state = 'ordered';
UPDATE order_counter SET next = 1002;
INSERT INTO order_line (order_id, position, variant_id, product_id, location_id, sku, name, quantity,
                        unit_price, total, tax)
SELECT '0199d500-0000-7000-8000-000000000001', 1, v.id, v.product_id, l.id, v.sku, 'Old thing 1', 2, 1005,
       2010, 321 FROM variant v, location l WHERE v.sku = 'OLD-1' AND l.is_default;
INSERT INTO stock_movement (variant_id, location_id, kind, allocated_change, cause, cause_id)
SELECT variant_id, location_id, 'allocated', 2, 'order', order_id FROM order_line;
INSERT INTO order_event (order_id, kind, actor) VALUES
    ('0199d500-0000-7000-8000-000000000001', 'order.pending', 'customer'),
    ('0199d500-0000-7000-8000-000000000001', 'order.placed', 'gateway');
INSERT INTO payment (id, order_id, cart_id, gateway, state, currency, amount, authorized, captured,
                     idempotency_key, gateway_reference)
VALUES ('0199d600-0000-7000-8000-000000000001', '0199d500-0000-7000-8000-000000000001',
        '0199d400-0000-7000-8000-000000000003', 'stripe', 'captured', 'EUR', 2500, 2500, 2500, 'old', 'pi_old');
INSERT INTO payment_event (payment_id, kind, amount, gateway_reference, source, happened_at) VALUES
    ('0199d600-0000-7000-8000-000000000001', 'authorization', 2500, 'pi_old', 'api', now()),
    ('0199d600-0000-7000-8000-000000000001', 'capture', 2500, 'pi_old', 'api', now());

CREATE SCHEMA before;
CREATE TABLE before.product AS TABLE product;
CREATE TABLE before.variant AS TABLE variant;
CREATE TABLE before.price AS TABLE price;
CREATE TABLE before.stock AS TABLE stock;
CREATE TABLE before.stock_movement AS TABLE stock_movement;
CREATE TABLE before.reservation AS TABLE reservation;
CREATE TABLE before.cart AS TABLE cart;
CREATE TABLE before.cart_item AS TABLE cart_item;
CREATE TABLE before.orders AS TABLE orders;
CREATE TABLE before.order_line AS TABLE order_line;
CREATE TABLE before.payment AS TABLE payment;
