-- 010_shipping_tax.sql - taxes and shipping of a shop in Germany. Again is the
-- same as once: ids and names are given.

INSERT INTO tax_rate (id, name, countries, rate_millionths, is_inclusive, is_default) VALUES
    ('019aa000-0000-7000-8000-000000000001', 'VAT 19 %', ARRAY['DE','AT','BE','BG','CY','CZ','DK','EE',
     'ES','FI','FR','GR','HR','HU','IE','IT','LT','LU','LV','MT','NL','PL','PT','RO','SE','SI','SK'],
     190000, true, true),
    ('019aa000-0000-7000-8000-000000000002', 'Export, no VAT', '{}', 0, true, false)
ON CONFLICT DO NOTHING;

INSERT INTO shipping_zone (id, name, countries) VALUES
    ('019aa000-0000-7000-8001-000000000001', 'Germany', ARRAY['DE']),
    ('019aa000-0000-7000-8001-000000000002', 'Europe', ARRAY['AT','BE','BG','CH','CY','CZ','DK','EE','ES',
     'FI','FR','GB','GR','HR','HU','IE','IS','IT','LI','LT','LU','LV','MT','NL','NO','PL','PT','RO','SE',
     'SI','SK']),
    ('019aa000-0000-7000-8001-000000000003', 'World', '{}')
ON CONFLICT DO NOTHING;

INSERT INTO shipping_method (id, code, name, description, position) VALUES
    ('019aa000-0000-7000-8002-000000000001', 'standard', 'Standard', 'With you in two to four days.', 1),
    ('019aa000-0000-7000-8002-000000000002', 'express', 'Express', 'With you on the next working day.', 2)
ON CONFLICT DO NOTHING;

-- Standard: by weight, free within Germany from 50.00.
INSERT INTO shipping_rate (id, method_id, zone_id, currency, amount, weight_from, weight_to, value_from, value_to)
SELECT r.id::uuid, m.id, z.id, 'EUR', r.amount, r.weight_from, r.weight_to, r.value_from, r.value_to
  FROM (VALUES
    ('019aa000-0000-7000-8003-000000000001', 'standard', 'Germany', 490, 0, 31500, 0, 5000),
    ('019aa000-0000-7000-8003-000000000002', 'standard', 'Germany', 0, 0, 31500, 5000, 9007199254740991),
    ('019aa000-0000-7000-8003-000000000003', 'express', 'Germany', 1290, 0, 31500, 0, 9007199254740991),
    ('019aa000-0000-7000-8003-000000000004', 'standard', 'Europe', 990, 0, 5000, 0, 9007199254740991),
    ('019aa000-0000-7000-8003-000000000005', 'standard', 'Europe', 1990, 5000, 31500, 0, 9007199254740991),
    ('019aa000-0000-7000-8003-000000000006', 'express', 'Europe', 2990, 0, 31500, 0, 9007199254740991),
    ('019aa000-0000-7000-8003-000000000007', 'standard', 'World', 2490, 0, 5000, 0, 9007199254740991),
    ('019aa000-0000-7000-8003-000000000008', 'standard', 'World', 4990, 5000, 31500, 0, 9007199254740991),
    ('019aa000-0000-7000-8003-000000000009', 'express', 'World', 5990, 0, 31500, 0, 9007199254740991)
  ) AS r (id, method, zone, amount, weight_from, weight_to, value_from, value_to)
  JOIN shipping_method m ON m.code = r.method
  JOIN shipping_zone z ON z.name = r.zone
ON CONFLICT DO NOTHING;
