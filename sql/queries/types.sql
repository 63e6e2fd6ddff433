-- types.sql - attributes and product types, for the public and for staff.

-- name: attribute_rules :many
-- What products of the type $1 are held to; without one all there are. They
-- stay as they are until the transaction that asks is over.
SELECT a.code, a.kind, a.choices, coalesce(t.is_required, false)
  FROM attribute a
  LEFT JOIN product_type_attribute t ON t.attribute_id = a.id AND t.product_type_id = $1
 WHERE $1::uuid IS NULL OR t.product_type_id IS NOT NULL
 ORDER BY t.position, a.position, a.code
   FOR SHARE OF a;
