-- carts.sql - :carts carts from :first on, ready to be ordered, and all with
-- one secret: bench-secret-bench-secret-bench-secret-benc. Cart n holds two lines out of the last thousand
-- products, which cost the same, so that every order has the same total.
SET synchronous_commit = off;

INSERT INTO cart (id, secret_hash, email, currency, shipping_address, billing_same_as_shipping,
	shipping_rate_id, shipping_amount, expires_at)
SELECT ('0199c100-0000-7000-8000-' || 100000000000 + n)::uuid, sha256('bench-secret-bench-secret-bench-secret-benc'), 'bench@example.com', 'EUR',
       '{"first_name": "Ada", "last_name": "Bench", "company": "", "line1": "Hauptstrasse 1", "line2": "",
	 "city": "Berlin", "postal_code": "10115", "region": "", "country": "DE", "phone": ""}',
       true, '019aa000-0000-7000-8003-000000000001', 490, now() + interval '30 days'
  FROM generate_series(:first, :first + :carts - 1) n;
INSERT INTO cart_item (cart_id, variant_id, quantity)
SELECT ('0199c100-0000-7000-8000-' || 100000000000 + n)::uuid,
       ('0199f000-0000-7000-8000-' || 100000000000 + :products - (n * 7 + k * 491) % 1000)::uuid, 1
  FROM generate_series(:first, :first + :carts - 1) n, generate_series(0, 1) k;
