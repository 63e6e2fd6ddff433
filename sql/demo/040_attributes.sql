-- 040_attributes.sql - what the demo shop's products are told apart by, two
-- collections, and what goes with what. Safe to run again: what was given a
-- type stays as it is. Codes that the public sample brings along are left to it.

INSERT INTO attribute (code, name, kind, unit, choices, is_filterable, position) VALUES
    ('glaze', 'Colour', 'colour', '',
     '[{"value": "blue", "label": "Blue", "colour": "#1f4e8c"}, {"value": "white", "label": "White", "colour": "#ffffff"},
       {"value": "blue-black", "label": "Blue-black", "colour": "#1b2a41"}]', true, 1),
    ('volume', 'Volume', 'number', 'ml', '[]', true, 2),
    ('capacity', 'Capacity', 'number', 'l', '[]', true, 3),
    ('blade', 'Blade', 'number', 'cm', '[]', true, 4),
    ('ruling', 'Ruling', 'choice', '',
     '[{"value": "plain", "label": "Plain"}, {"value": "lined", "label": "Lined"}, {"value": "dotted", "label": "Dotted"}]',
     true, 5),
    ('pages', 'Pages', 'number', '', '[]', false, 6),
    ('jacket_size', 'Size', 'choice', '',
     '[{"value": "S", "label": "S"}, {"value": "M", "label": "M"}, {"value": "L", "label": "L"}]', true, 7),
    ('nib', 'Nib', 'choice', '', '[{"value": "fine", "label": "Fine"}, {"value": "broad", "label": "Broad"}]', true, 8),
    ('is_waterproof', 'Waterproof', 'boolean', '', '[]', true, 9)
ON CONFLICT DO NOTHING;

INSERT INTO product_type (code, name) VALUES
    ('drinkware', 'Drinkware'), ('knife', 'Knife'), ('notebook', 'Notebook'), ('fountain_pen', 'Fountain pen'),
    ('jacket', 'Jacket'), ('bag', 'Bag')
ON CONFLICT DO NOTHING;

INSERT INTO product_type_attribute (product_type_id, attribute_id, is_required, position)
SELECT t.id, a.id, m.is_required, m.position
  FROM (VALUES ('drinkware', 'glaze', true, 1), ('drinkware', 'volume', true, 2), ('knife', 'blade', true, 1),
               ('notebook', 'ruling', true, 1), ('notebook', 'pages', false, 2), ('fountain_pen', 'nib', true, 1),
               ('jacket', 'jacket_size', true, 1), ('jacket', 'is_waterproof', false, 2), ('bag', 'capacity', true, 1),
               ('bag', 'is_waterproof', false, 2)) AS m (type, attribute, is_required, position)
  JOIN product_type t ON t.code = m.type
  JOIN attribute a ON a.code = m.attribute
ON CONFLICT DO NOTHING;

WITH typed AS (
    UPDATE product p SET product_type_id = t.id, attributes = g.attributes::jsonb
      FROM (VALUES
        (1, 'drinkware', '{"glaze": "blue", "volume": 350}'),
        (2, 'drinkware', '{"glaze": "white", "volume": 350}'),
        (3, 'drinkware', '{"glaze": "white", "volume": 1200}'),
        (7, 'knife', '{"blade": 9}'), (8, 'knife', '{"blade": 21}'), (9, 'knife', '{"blade": 22}'),
        (11, 'notebook', '{"ruling": "dotted", "pages": 192}'), (12, 'notebook', '{"ruling": "lined", "pages": 192}'),
        (13, 'notebook', '{"ruling": "plain", "pages": 192}'), (14, 'notebook', '{"ruling": "plain", "pages": 48}'),
        (15, 'fountain_pen', '{"nib": "fine"}'), (16, 'fountain_pen', '{"nib": "broad"}'),
        (19, 'jacket', '{"jacket_size": "S", "is_waterproof": true}'),
        (20, 'jacket', '{"jacket_size": "M", "is_waterproof": true}'),
        (21, 'jacket', '{"jacket_size": "L", "is_waterproof": true}'),
        (22, 'bag', '{"capacity": 24, "is_waterproof": true}'), (23, 'bag', '{"capacity": 7, "is_waterproof": true}'),
        (24, 'bag', '{"capacity": 1, "is_waterproof": false}')) AS g (number, type, attributes)
      JOIN product_type t ON t.code = g.type
     WHERE p.id = ('0199b000-0000-7000-8000-' || lpad(g.number::text, 12, '0'))::uuid
       AND p.product_type_id IS NULL
    RETURNING p.id)
SELECT listing_refresh(ARRAY(SELECT id FROM typed ORDER BY id));

INSERT INTO collection (slug, name, description, kind, rules, is_published, position) VALUES
    ('under-20', 'Under 20 euros', 'Small things that last.', 'rule',
     '{"all": [{"field": "price", "op": "lt", "value": "20.00", "currency": "EUR"}]}', true, 1),
    ('for-the-road', 'For the road', 'Chosen by hand.', 'manual', '{}', true, 2)
ON CONFLICT DO NOTHING;
INSERT INTO collection_product (collection_id, product_id, position)
SELECT k.id, p.id, g.position
  FROM (VALUES (22, 1), (20, 2), (1, 3), (14, 4)) AS g (number, position)
  JOIN product p ON p.id = ('0199b000-0000-7000-8000-' || lpad(g.number::text, 12, '0'))::uuid
  JOIN collection k ON k.slug = 'for-the-road'
ON CONFLICT DO NOTHING;
SELECT collection_rebuild(id, '00000000-0000-0000-0000-000000000000', 1000000)
  FROM collection WHERE slug = 'under-20';
SELECT collection_relist(k.id, ARRAY(SELECT product_id FROM collection_product WHERE collection_id = k.id))
  FROM collection k WHERE k.slug = 'for-the-road';

INSERT INTO product_relation (product_id, related_id, kind, position)
SELECT p.id, o.id, g.kind, g.position
  FROM (VALUES (3, 1, 'cross_sell', 1), (3, 2, 'cross_sell', 2), (4, 6, 'accessory', 1), (5, 4, 'related', 1),
               (7, 8, 'upsell', 1), (8, 10, 'accessory', 1), (15, 17, 'accessory', 1), (16, 17, 'accessory', 1))
       AS g (number, other, kind, position)
  JOIN product p ON p.id = ('0199b000-0000-7000-8000-' || lpad(g.number::text, 12, '0'))::uuid
  JOIN product o ON o.id = ('0199b000-0000-7000-8000-' || lpad(g.other::text, 12, '0'))::uuid
ON CONFLICT DO NOTHING;
