-- 030_rupees.sql - what it takes to sell in India, too: the public sample
-- catalogue (shopd import products --format flipkart) is priced in rupees.

INSERT INTO tax_rate (id, name, countries, rate_millionths, is_inclusive, is_default) VALUES
    ('019aa000-0000-7000-8000-000000000011', 'GST 18 %', ARRAY['IN'], 180000, true, false)
ON CONFLICT DO NOTHING;

INSERT INTO shipping_zone (id, name, countries) VALUES
    ('019aa000-0000-7000-8001-000000000011', 'India', ARRAY['IN'])
ON CONFLICT DO NOTHING;

INSERT INTO shipping_rate (id, method_id, zone_id, currency, amount, value_from, value_to)
SELECT r.id::uuid, m.id, z.id, 'INR', r.amount, r.value_from, r.value_to
  FROM (VALUES
    ('019aa000-0000-7000-8003-000000000011', 'standard', 4900, 0, 50000),
    ('019aa000-0000-7000-8003-000000000012', 'standard', 0, 50000, 9007199254740991),
    ('019aa000-0000-7000-8003-000000000013', 'express', 14900, 0, 9007199254740991)
  ) AS r (id, method, amount, value_from, value_to)
  JOIN shipping_method m ON m.code = r.method
  JOIN shipping_zone z ON z.name = 'India'
ON CONFLICT DO NOTHING;
