-- Shipping tables, and the choice of a cart.

-- What fits a cart: of each method the cheapest rate of the zone of country $1,
-- in currency $2, for $3 grams and goods worth $4. $5 is the chosen one.
-- name: shipping_rate_list :many readonly
SELECT f.id, f.code AS method, f.name, f.description, f.zone, f.amount, f.currency,
       f.id IS NOT DISTINCT FROM $5::uuid AS is_selected
  FROM (SELECT DISTINCT ON (m.id) r.id, m.code, m.name, m.description, m.position, z.name AS zone,
	       r.amount, r.currency
	  FROM shipping_rate r
	  JOIN shipping_method m ON m.id = r.method_id
	  JOIN shipping_zone z ON z.id = r.zone_id
	 WHERE r.zone_id IN (SELECT x FROM shipping_zone_for($1) x) AND r.currency = $2 AND m.is_active
	   AND r.weight_from <= $3::bigint AND $3::bigint < r.weight_to
	   AND r.value_from <= $4::bigint AND $4::bigint < r.value_to
	 ORDER BY m.id, r.amount, r.id) f
 ORDER BY f.position, f.amount, f.id;

-- Rate $2 becomes the choice of cart $1 at its price of now, if it fits country
-- $3, $4 grams and goods worth $5. The caller has locked the cart.
-- name: shipping_rate_choose :maybe
UPDATE cart c SET shipping_rate_id = r.id, shipping_amount = r.amount, version = c.version + 1,
       updated_at = statement_timestamp()
  FROM shipping_rate r
  JOIN shipping_method m ON m.id = r.method_id
 WHERE c.id = $1::uuid AND c.state = 'active' AND r.id = $2::uuid AND m.is_active
   AND r.currency = c.currency
   AND r.zone_id IN (SELECT x FROM shipping_zone_for($3) x)
   AND r.weight_from <= $4::bigint AND $4::bigint < r.weight_to
   AND r.value_from <= $5::bigint AND $5::bigint < r.value_to
RETURNING c.id;

-- name: shipping_zone_page :page
SELECT z.id, z.name, to_json(z.countries) AS countries,
       (SELECT count(*) FROM shipping_zone z WHERE true [[filters]]) AS total_count
  FROM shipping_zone z
 WHERE true [[filters]]
 ORDER BY [[order]] [[page]];

-- name: shipping_method_page :page
SELECT m.id, m.code, m.name, m.description, m.is_active, m.position,
       (SELECT coalesce(json_agg(json_build_object('id', r.id, 'zone', z.name,
			'amount', money_text(r.amount, r.currency), 'currency', r.currency,
			'weight_from', r.weight_from, 'weight_to', nullif(r.weight_to, 9007199254740991),
			'value_from', money_text(r.value_from, r.currency),
			'value_to', money_text(nullif(r.value_to, 9007199254740991), r.currency))
			ORDER BY z.name, r.weight_from, r.value_from), '[]')
	  FROM shipping_rate r JOIN shipping_zone z ON z.id = r.zone_id
	 WHERE r.method_id = m.id) AS rates,
       (SELECT count(*) FROM shipping_method m WHERE true [[filters]]) AS total_count
  FROM shipping_method m
 WHERE true [[filters]]
 ORDER BY [[order]] [[page]];
