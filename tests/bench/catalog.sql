-- catalog.sql - :products products in 55 categories of three levels, made of
-- the demo shop's own. The same number gives the same catalogue. Slugs and
-- the ends of ids are numbers, so that pgbench can name them.
--   category  1..5, 11..55 (below those), 111..      slug c-less number
--   product   100000000001..                          slug the same number
SET synchronous_commit = off;
SET maintenance_work_mem = '256MB';

CREATE TEMP TABLE place AS
SELECT number, parent, ('0199d000-0000-7000-8000-' || lpad(number::text, 12, '0'))::uuid AS id
  FROM (SELECT i AS number, NULL::int AS parent FROM generate_series(1, 5) i
	UNION ALL SELECT i * 10 + k, i FROM generate_series(1, 5) i, generate_series(1, 4) k
	UNION ALL SELECT i * 100 + k * 10 + j, i * 10 + k
	  FROM generate_series(1, 5) i, generate_series(1, 3) k, generate_series(1, 2) j) tree;

INSERT INTO category (id, parent_id, slug, name, position, lineage)
SELECT p.id, u.id, p.number::text, 'Category ' || p.number, p.number,
       array_remove(ARRAY[g.id, u.id, p.id], NULL)
  FROM place p
  LEFT JOIN place u ON u.number = p.parent
  LEFT JOIN place g ON g.number = u.parent
 ORDER BY p.number;

CREATE TEMP TABLE good AS
SELECT i, 100000000000 + i AS number, a.name || ' with ' || lower(b.name) || ' no. ' || i AS name,
       a.description || ' ' || b.description || ' ' || c.description || ' Made in series ' || i % 97 || '.' AS description,
       a.brand, a.attributes || b.attributes AS attributes, l.id AS category_id,
       -- prices repeat, as they do in shops; the last thousand cost the same
       CASE WHEN i > :products - 1000 THEN 1999 ELSE 99 + (i * 7919::bigint % 4001) * 5 END AS price,
       v.weight_grams + i % 50 AS grams
  FROM generate_series(1, :products) i
  JOIN product a ON a.id = ('0199b000-0000-7000-8000-' || lpad((1 + i % 24)::text, 12, '0'))::uuid
  JOIN product b ON b.id = ('0199b000-0000-7000-8000-' || lpad((1 + i / 24 % 24)::text, 12, '0'))::uuid
  JOIN product c ON c.id = ('0199b000-0000-7000-8000-' || lpad((1 + i / 576 % 24)::text, 12, '0'))::uuid
  JOIN variant v ON v.product_id = a.id AND v.is_default
  JOIN (SELECT id, row_number() OVER (ORDER BY number) - 1 AS k, count(*) OVER () AS n
	  FROM place WHERE number > 10) l ON l.k = i % l.n
 ORDER BY i;

INSERT INTO product (id, slug, name, description, brand, status, category_id, attributes, images, created_at)
SELECT ('0199e000-0000-7000-8000-' || number)::uuid, number::text, name, description, brand, 'published',
       category_id, attributes, jsonb_build_array('https://img.example.com/' || number || '/front.jpg',
	'https://img.example.com/' || number || '/back.jpg'), now() - i * interval '1 second'
  FROM good ORDER BY i;
INSERT INTO variant (id, product_id, sku, weight_grams)
SELECT ('0199f000-0000-7000-8000-' || number)::uuid, ('0199e000-0000-7000-8000-' || number)::uuid,
       'BENCH-' || number, grams FROM good ORDER BY i;
INSERT INTO price (variant_id, currency, amount, compare_at_amount)
SELECT ('0199f000-0000-7000-8000-' || number)::uuid, 'EUR', price, CASE WHEN i % 5 = 0 THEN price + 500 END
  FROM good ORDER BY i;
INSERT INTO stock (variant_id, location_id, on_hand)
SELECT ('0199f000-0000-7000-8000-' || g.number)::uuid, l.id, 1000000
  FROM good g, location l WHERE l.is_default ORDER BY g.i;
INSERT INTO stock_movement (variant_id, location_id, kind, on_hand_change, cause, reason)
SELECT variant_id, location_id, 'received', on_hand, 'import', 'bench'
  FROM stock WHERE on_hand = 1000000;
SELECT count(listing_refresh(ids)) FROM (
	SELECT array_agg(('0199e000-0000-7000-8000-' || number)::uuid) AS ids
	  FROM good GROUP BY i / 5000) batch;
DROP TABLE good, place;
