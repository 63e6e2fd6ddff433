-- recombine.sql - :products products made of the imported sample by
-- recombination: the same number and the same sample give the same catalogue.
-- Run it after `shopd import products FILE --format flipkart`:
--   psql -v products=100000 [-v currency=EUR] -f tests/bench/recombine.sql
-- Product i takes
--   its body (name without its brand, category, attributes, images, price) of
--     one row of the sample, every row in turn,
--   its brand of a second row, its closing sentences of a third,
--   a colour and, for some, a size of lists, a tenth of them as three variants,
--   popularity, rating and stock such as shops have: few sell much, half are
--     rated, one in twelve is sold out.
-- What is drawn is drawn by a hash of i and a letter, never by random().
-- The specifications that shoppers filter by become typed attributes.
-- Slugs are numbers from 100000000001, ids end in them, as in catalog.sql.
SET synchronous_commit = off;
SET maintenance_work_mem = '256MB';
\if :{?currency}
\else
\set currency EUR
\endif

CREATE FUNCTION pg_temp.drawn(i bigint, letter text, n bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT ('x' || left(md5(letter || i), 8))::bit(32)::bigint % n
$$;

CREATE TEMP TABLE colour AS
SELECT place - 1 AS k, value, label, code FROM (VALUES
	(1, 'black', 'Black', '#000000'), (2, 'white', 'White', '#ffffff'), (3, 'red', 'Red', '#d62828'),
	(4, 'blue', 'Blue', '#1d4ed8'), (5, 'navy', 'Navy', '#001f3f'), (6, 'green', 'Green', '#2d6a4f'),
	(7, 'yellow', 'Yellow', '#fcbf49'), (8, 'orange', 'Orange', '#f77f00'), (9, 'pink', 'Pink', '#ff8fab'),
	(10, 'purple', 'Purple', '#7b2cbf'), (11, 'brown', 'Brown', '#7f5539'), (12, 'grey', 'Grey', '#8d99ae'),
	(13, 'silver', 'Silver', '#c0c0c0'), (14, 'gold', 'Gold', '#d4af37'), (15, 'beige', 'Beige', '#f5f5dc'),
	(16, 'maroon', 'Maroon', '#800000'), (17, 'turquoise', 'Turquoise', '#40e0d0'),
	(18, 'multicolor', 'Multicolor', '#888888')) AS c (place, value, label, code);
CREATE TEMP TABLE spec (name text, code text);
INSERT INTO spec VALUES ('Ideal For', 'ideal_for'), ('Occasion', 'occasion'), ('Type', 'type'),
	('Pattern', 'pattern'), ('Fabric', 'fabric'), ('Sleeve', 'sleeve'), ('Neck', 'neck'),
	('Outer Material', 'material'), ('Base Material', 'material'), ('Material', 'material'),
	('Collection', 'collection'), ('Closure', 'closure');

INSERT INTO attribute (code, name, kind, unit, choices, is_filterable, position)
SELECT 'color', 'Colour', 'colour', '', jsonb_agg(jsonb_build_object('value', value, 'label', label,
       'colour', code) ORDER BY k), true, 1 FROM colour
UNION ALL SELECT code, min(name), 'text', '', '[]', true, 2 FROM spec GROUP BY code
UNION ALL SELECT 'size', 'Size', 'choice', '', '[{"value": "S", "label": "Small"},
	{"value": "M", "label": "Medium"}, {"value": "L", "label": "Large"}]', true, 3
UNION ALL SELECT 'warranty_months', 'Warranty', 'number', 'months', '[]', true, 4
UNION ALL SELECT 'gift_wrap', 'Gift wrap', 'boolean', '', '[]', true, 5
    ON CONFLICT (code) DO NOTHING;

-- The rows of the sample, in the order of their keys. A body is the name
-- without the brand it begins with.
CREATE TEMP TABLE sample AS
SELECT row_number() OVER (ORDER BY p.source_key) - 1 AS k, p.brand, p.category_id, p.images, p.description,
       btrim(CASE WHEN p.brand <> '' AND starts_with(lower(p.name), lower(p.brand))
                  THEN substr(p.name, length(p.brand) + 1) ELSE p.name END) AS body,
       (SELECT coalesce(jsonb_object_agg(s.code, left(split_part(e.value, ',', 1), 60)), '{}')
          FROM jsonb_each_text(p.attributes) e JOIN spec s ON s.name = e.key
         WHERE split_part(e.value, ',', 1) <> '') AS typed,
       (SELECT coalesce(jsonb_object_agg(e.key, e.value), '{}') FROM jsonb_each_text(p.attributes) e
         WHERE e.key NOT IN (SELECT name FROM spec) AND e.key NOT IN ('Color', 'Size', 'Other', 'Brand')) AS other,
       pr.amount, v.weight_grams
  FROM product p
  JOIN variant v ON v.product_id = p.id AND v.is_default
  JOIN price pr ON pr.variant_id = v.id
 WHERE p.source_key IS NOT NULL AND p.deleted_at IS NULL;
CREATE UNIQUE INDEX ON sample (k);
ANALYZE sample;
CREATE TEMP TABLE maker AS
SELECT row_number() OVER (ORDER BY brand) - 1 AS k, brand FROM (SELECT DISTINCT brand FROM sample WHERE brand <> '') b;

CREATE TEMP TABLE good AS
SELECT d.i, 100000000000 + d.i AS number,
       ('0199e000-0000-7000-8000-' || 100000000000 + d.i)::uuid AS id,
       -- brands sell unequally: the product of two draws leans to the first
       m.brand, a.category_id, a.images, d.is_sized,
       left(m.brand || ' ' || nullif(a.body, '') || CASE WHEN d.i % 3 = 0 THEN ' (' || c.label || ')' ELSE '' END, 500) AS name,
       left(a.description, 1500) || ' ' || left(t.description, 500) AS description,
       a.other || a.typed || jsonb_build_object('color', c.value)
       || CASE WHEN d.i % 4 = 0 THEN jsonb_build_object('warranty_months', (ARRAY[6, 12, 24, 36])[1 + d.i / 4 % 4],
	'gift_wrap', d.i % 8 = 0) ELSE '{}' END AS attributes,
       greatest(99, a.amount / 80 + pg_temp.drawn(d.i, 'p', 400) * 5) AS price,
       a.weight_grams + d.i % 50 AS grams,
       1000000 / (100 + pg_temp.drawn(d.i, 'f', :products)) AS popularity,
       now() - d.i * interval '7 minutes' AS created_at
  FROM (SELECT i, i % 10 = 0 AS is_sized,
               pg_temp.drawn(i, 'b', 1000) * pg_temp.drawn(i, 'B', 1000) * (SELECT count(*) FROM maker) / 1000000 AS brand
          FROM generate_series(1, :products) i) d
  JOIN sample a ON a.k = d.i % (SELECT count(*) FROM sample)
  JOIN sample t ON t.k = pg_temp.drawn(d.i, 't', (SELECT count(*) FROM sample))
  JOIN maker m ON m.k = d.brand
  JOIN colour c ON c.k = pg_temp.drawn(d.i, 'c', 18)
 ORDER BY d.i;

INSERT INTO product (id, slug, name, description, brand, status, category_id, attributes, images, options,
	popularity, created_at)
SELECT id, number::text, coalesce(name, brand), description, brand, 'published', category_id, attributes, images,
       CASE WHEN is_sized THEN '[{"name": "Size", "values": ["S", "M", "L"]}]'::jsonb ELSE '[]' END,
       popularity, created_at
  FROM good ORDER BY i;
INSERT INTO variant (id, product_id, sku, weight_grams, is_default, position, name, options)
SELECT ('0199f000-0000-7000-8' || lpad(s.place::text, 3, '0') || '-' || number)::uuid, id,
       'R-' || number || CASE WHEN is_sized THEN '-' || s.size ELSE '' END, grams, s.place = 0, s.place,
       CASE WHEN is_sized THEN s.size ELSE '' END,
       CASE WHEN is_sized THEN jsonb_build_object('Size', s.size) ELSE '{}' END
  FROM good JOIN (VALUES (0, 'S'), (1, 'M'), (2, 'L')) AS s (place, size) ON s.place = 0 OR is_sized
 ORDER BY i, s.place;
INSERT INTO price (variant_id, currency, amount, compare_at_amount)
SELECT v.id, :'currency', g.price + v.position * 100, CASE WHEN g.i % 5 = 0 THEN g.price + v.position * 100 + 500 END
  FROM good g JOIN variant v ON v.product_id = g.id ORDER BY g.i;
INSERT INTO stock (variant_id, location_id, on_hand)
SELECT v.id, l.id, CASE WHEN pg_temp.drawn(g.i, 's', 12) = 0 THEN 0 ELSE 1000 END
  FROM good g JOIN variant v ON v.product_id = g.id, location l WHERE l.is_default ORDER BY g.i;
INSERT INTO stock_movement (variant_id, location_id, kind, on_hand_change, cause, reason)
SELECT s.variant_id, s.location_id, 'received', s.on_hand, 'import', 'bench'
  FROM stock s JOIN variant v ON v.id = s.variant_id JOIN good g ON g.id = v.product_id WHERE s.on_hand > 0;
INSERT INTO product_rating (product_id, stars_1, stars_2, stars_3, stars_4, stars_5)
SELECT id, pg_temp.drawn(i, '1', 5), pg_temp.drawn(i, '2', 5), pg_temp.drawn(i, '3', 10), pg_temp.drawn(i, '4', 30),
       1 + pg_temp.drawn(i, '5', 40) FROM good WHERE pg_temp.drawn(i, 'r', 2) = 0;
SELECT count(listing_refresh(ids)) FROM (
	SELECT array_agg(id) AS ids FROM good GROUP BY i / 1000) batch;
ANALYZE;
DROP TABLE good, sample, maker, spec, colour;
