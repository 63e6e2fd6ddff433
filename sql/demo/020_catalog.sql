-- 020_catalog.sql - the demo shop's own small catalogue. Safe to run again.

INSERT INTO category (id, parent_id, slug, name, description, position, lineage)
SELECT c.id::uuid, p.id, c.slug, c.name, c.description, c.position,
       coalesce(p.lineage, '{}') || c.id::uuid
  FROM (VALUES
    ('0199a000-0000-7000-8000-000000000001', NULL, 'kitchen', 'Kitchen', 'For cooking and baking.', 1),
    ('0199a000-0000-7000-8000-000000000002', NULL, 'desk', 'Desk', 'For reading and writing.', 2),
    ('0199a000-0000-7000-8000-000000000003', NULL, 'outdoors', 'Outdoors', 'For rain and roads.', 3))
    AS c (id, parent, slug, name, description, position)
  LEFT JOIN category p ON p.slug = c.parent
ON CONFLICT DO NOTHING;

INSERT INTO category (id, parent_id, slug, name, description, position, lineage)
SELECT c.id::uuid, p.id, c.slug, c.name, c.description, c.position,
       p.lineage || c.id::uuid
  FROM (VALUES
    ('0199a000-0000-7000-8000-000000000011', 'kitchen', 'tea-and-coffee', 'Tea and coffee', 'Pots, mugs and filters.', 1),
    ('0199a000-0000-7000-8000-000000000012', 'kitchen', 'knives', 'Knives', 'Made to be sharpened.', 2),
    ('0199a000-0000-7000-8000-000000000013', 'desk', 'notebooks', 'Notebooks', 'Paper that takes ink.', 1),
    ('0199a000-0000-7000-8000-000000000014', 'desk', 'pens', 'Pens', 'Ink that takes paper.', 2),
    ('0199a000-0000-7000-8000-000000000015', 'outdoors', 'rainwear', 'Rainwear', 'Dry inside.', 1),
    ('0199a000-0000-7000-8000-000000000016', 'outdoors', 'bags', 'Bags', 'To carry it all.', 2))
    AS c (id, parent, slug, name, description, position)
  JOIN category p ON p.slug = c.parent
ON CONFLICT DO NOTHING;

WITH goods (number, category, brand, name, price, compare_at, grams, units, attributes, description) AS (VALUES
    (1, 'tea-and-coffee', 'Halm', 'Enamel mug, blue', 1290, NULL, 180, 120, '{"Colour": "Blue", "Volume": "350 ml"}', 'A mug for the stove and the tent.'),
    (2, 'tea-and-coffee', 'Halm', 'Enamel mug, white', 1290, NULL, 180, 80, '{"Colour": "White", "Volume": "350 ml"}', 'A mug for the stove and the tent.'),
    (3, 'tea-and-coffee', 'Halm', 'Enamel teapot', 3990, 4490, 640, 40, '{"Colour": "White", "Volume": "1.2 l"}', 'Pours without dripping.'),
    (4, 'tea-and-coffee', 'Kessel', 'Pour-over filter', 2450, NULL, 320, 60, '{"Material": "Porcelain"}', 'For one or two cups.'),
    (5, 'tea-and-coffee', 'Kessel', 'Coffee mill', 8900, NULL, 900, 25, '{"Material": "Beech, steel"}', 'Steel burrs, adjustable.'),
    (6, 'tea-and-coffee', 'Kessel', 'Paper filters, 100', 490, NULL, 120, 400, '{"Size": "4"}', 'Unbleached.'),
    (7, 'knives', 'Brand & Söhne', 'Paring knife', 1850, NULL, 60, 90, '{"Blade": "9 cm"}', 'Carbon steel; wipe it dry.'),
    (8, 'knives', 'Brand & Söhne', 'Chef''s knife', 7900, 8900, 210, 35, '{"Blade": "21 cm"}', 'Carbon steel; wipe it dry.'),
    (9, 'knives', 'Brand & Söhne', 'Bread knife', 5400, NULL, 190, 30, '{"Blade": "22 cm"}', 'Cuts crust, keeps crumb.'),
    (10, 'knives', 'Brand & Söhne', 'Whetstone', 3200, NULL, 700, 50, '{"Grit": "1000/3000"}', 'Soak before use.'),
    (11, 'notebooks', 'Falzwerk', 'Notebook A5, dotted', 1150, NULL, 260, 200, '{"Pages": "192", "Ruling": "Dotted"}', 'Thread-bound, lies flat.'),
    (12, 'notebooks', 'Falzwerk', 'Notebook A5, lined', 1150, NULL, 260, 200, '{"Pages": "192", "Ruling": "Lined"}', 'Thread-bound, lies flat.'),
    (13, 'notebooks', 'Falzwerk', 'Notebook A4, plain', 1690, NULL, 480, 90, '{"Pages": "192", "Ruling": "Plain"}', 'Thread-bound, lies flat.'),
    (14, 'notebooks', 'Falzwerk', 'Pocket notebook, 3', 990, 1190, 120, 150, '{"Pages": "48", "Ruling": "Plain"}', 'Three for the pocket.'),
    (15, 'pens', 'Tintenfass', 'Fountain pen, fine', 4500, NULL, 25, 60, '{"Nib": "Fine"}', 'Steel nib, converter included.'),
    (16, 'pens', 'Tintenfass', 'Fountain pen, broad', 4500, NULL, 25, 45, '{"Nib": "Broad"}', 'Steel nib, converter included.'),
    (17, 'pens', 'Tintenfass', 'Ink, blue-black, 50 ml', 1350, NULL, 180, 120, '{"Colour": "Blue-black"}', 'Darkens as it dries.'),
    (18, 'pens', 'Tintenfass', 'Pencil, HB, 12', 890, NULL, 90, 300, '{"Hardness": "HB"}', 'Cedar.'),
    (19, 'rainwear', 'Nordost', 'Rain jacket, S', 14900, 17900, 620, 15, '{"Size": "S"}', 'Taped seams, hood that turns with you.'),
    (20, 'rainwear', 'Nordost', 'Rain jacket, M', 14900, 17900, 650, 25, '{"Size": "M"}', 'Taped seams, hood that turns with you.'),
    (21, 'rainwear', 'Nordost', 'Rain jacket, L', 14900, 17900, 680, 20, '{"Size": "L"}', 'Taped seams, hood that turns with you.'),
    (22, 'bags', 'Nordost', 'Rolltop backpack', 11900, NULL, 1100, 18, '{"Volume": "24 l"}', 'Keeps a laptop dry.'),
    (23, 'bags', 'Nordost', 'Handlebar bag', 6900, NULL, 450, 0, '{"Volume": "7 l"}', 'Comes back into stock in spring.'),
    (24, 'bags', 'Nordost', 'Tool pouch', 1990, NULL, 90, 70, '{"Volume": "1 l"}', 'Rolls up small.')
), product_new AS (
    INSERT INTO product (id, slug, name, description, brand, status, category_id, attributes, images)
    SELECT ('0199b000-0000-7000-8000-' || lpad(g.number::text, 12, '0'))::uuid,
           trim(BOTH '-' FROM regexp_replace(replace(lower(g.name), '''', ''), '[^a-z0-9]+', '-', 'g')),
           g.name, g.description, g.brand, 'published', c.id, g.attributes::jsonb, '[]'
      FROM goods g JOIN category c ON c.slug = g.category
    ON CONFLICT DO NOTHING RETURNING id
), variant_new AS (
    INSERT INTO variant (id, product_id, sku, weight_grams)
    SELECT ('0199c000-0000-7000-8000-' || lpad(g.number::text, 12, '0'))::uuid, p.id,
           'DEMO-' || lpad(g.number::text, 3, '0'), g.grams
      FROM goods g
      JOIN product_new p ON p.id = ('0199b000-0000-7000-8000-' || lpad(g.number::text, 12, '0'))::uuid
    RETURNING id, product_id
), price_new AS (
    INSERT INTO price (variant_id, currency, amount, compare_at_amount)
    SELECT v.id, 'EUR', g.price, g.compare_at::bigint
      FROM goods g
      JOIN variant_new v ON v.id = ('0199c000-0000-7000-8000-' || lpad(g.number::text, 12, '0'))::uuid
), stock_new AS (
    INSERT INTO stock (variant_id, location_id, on_hand)
    SELECT v.id, l.id, g.units
      FROM goods g
      JOIN variant_new v ON v.id = ('0199c000-0000-7000-8000-' || lpad(g.number::text, 12, '0'))::uuid
      JOIN location l ON l.is_default
    RETURNING variant_id, location_id, on_hand
)
INSERT INTO stock_movement (variant_id, location_id, kind, on_hand_change, cause, reason)
SELECT variant_id, location_id, 'received', on_hand, 'import', 'demo shop' FROM stock_new WHERE on_hand > 0;

SELECT listing_refresh(ARRAY(
    SELECT p.id FROM product p
     WHERE p.id::text LIKE '0199b000-0000-7000-8000-%'
       AND NOT EXISTS (SELECT 1 FROM listing l WHERE l.product_id = p.id)));
