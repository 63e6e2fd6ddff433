-- types.sql - attributes and product types, for the public and for staff.

-- name: attribute_rules :many
-- What products of the type $1 are held to; without one all there are. They
-- stay as they are until the transaction that asks is over.
SELECT a.code, a.kind, a.choices
  FROM attribute a
  LEFT JOIN product_type_attribute t ON t.attribute_id = a.id AND t.product_type_id = $1
 WHERE $1::uuid IS NULL OR t.product_type_id IS NOT NULL
 ORDER BY t.position, a.position, a.code
   FOR SHARE OF a;

-- name: type_hold :maybe
-- A type that products are judged by stays as it is meanwhile.
SELECT true FROM product_type WHERE id = $1 FOR SHARE;

-- name: attribute_list :page readonly
SELECT a.id, a.code, a.name, a.kind, a.unit, a.choices, a.is_filterable, a.position,
       count(*) OVER () AS total_count
  FROM attribute a
 WHERE true [[filters]]
 ORDER BY [[order]] [[page]];

-- name: attribute_show :maybe readonly slow
SELECT a.id, a.code, a.name, a.kind, a.unit, a.choices, a.is_filterable, a.position,
       attribute_uses(a.code) AS product_count, a.created_at, a.updated_at, a.version
  FROM attribute a
 WHERE a.id = $1;

-- name: attribute_lock :maybe
SELECT version, code, kind, choices FROM attribute WHERE id = $1 FOR UPDATE;

-- name: attribute_uses :one slow
SELECT attribute_uses($1), (SELECT count(*) FROM product_type_attribute WHERE attribute_id = $2);

-- name: attribute_dangling :maybe slow
-- The first choice of $1 that products have, that was ($3) and is no more ($2).
SELECT value, count(*) FROM (
    SELECT p.attributes ->> $1 AS value FROM product p
     WHERE p.deleted_at IS NULL AND p.attributes ? $1
    UNION ALL
    SELECT v.attributes ->> $1 FROM variant v WHERE v.deleted_at IS NULL AND v.attributes ? $1) AS used
 WHERE value = ANY ($3::text[]) AND NOT value = ANY ($2::text[])
 GROUP BY value ORDER BY value LIMIT 1;

-- name: attribute_insert :one
INSERT INTO attribute (id, code, name, kind, unit, choices, is_filterable, position)
VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7, $8)
RETURNING id;

-- name: attribute_update :one
-- NULL keeps what is there.
UPDATE attribute SET code = coalesce($2, code), name = coalesce($3, name),
       kind = coalesce($4, kind), unit = coalesce($5, unit),
       choices = coalesce($6::jsonb, choices), is_filterable = coalesce($7, is_filterable),
       position = coalesce($8, position), updated_at = now(), version = version + 1
 WHERE id = $1
RETURNING version;

-- name: attribute_delete :exec
DELETE FROM attribute WHERE id = $1;

-- name: type_list :page readonly
SELECT t.id, t.code, t.name, type_attributes(t.id) AS attributes, count(*) OVER () AS total_count
  FROM product_type t
 WHERE true [[filters]]
 ORDER BY [[order]] [[page]];

-- name: type_show :maybe readonly
SELECT t.id, t.code, t.name, type_attributes(t.id) AS attributes,
       (SELECT count(*) FROM product p WHERE p.product_type_id = t.id AND p.deleted_at IS NULL)
           AS product_count, t.created_at, t.updated_at, t.version
  FROM product_type t
 WHERE t.id = $1;

-- name: type_lock :maybe
SELECT version FROM product_type WHERE id = $1 FOR UPDATE;

-- name: type_attributes_known :many
-- In the order of the input; null for a code that no attribute has.
SELECT a.id FROM unnest($1::text[]) WITH ORDINALITY AS c (code, place)
  LEFT JOIN attribute a ON a.code = c.code ORDER BY c.place;

-- name: type_conflicts :one slow
-- What the attributes $2, of which $3 are required, would leave behind:
-- products of the type with a value of one that goes, and published ones
-- without one that is required, at the product or at an active variant.
WITH gone AS (
    SELECT ARRAY(SELECT a.code FROM product_type_attribute t JOIN attribute a ON a.id = t.attribute_id
                  WHERE t.product_type_id = $1 AND NOT a.code = ANY ($2::text[])) AS codes
)
SELECT count(*) FILTER (WHERE p.attributes ?| gone.codes
           OR EXISTS (SELECT 1 FROM variant v WHERE v.product_id = p.id AND v.deleted_at IS NULL
                         AND v.attributes ?| gone.codes)),
       count(*) FILTER (WHERE p.status = 'published' AND EXISTS (
           SELECT 1 FROM variant v
            WHERE v.product_id = p.id AND v.is_active AND v.deleted_at IS NULL
              AND NOT (p.attributes || v.attributes) ?& $3::text[]))
  FROM gone, product p
 WHERE p.product_type_id = $1 AND p.deleted_at IS NULL;

-- name: type_insert :one
INSERT INTO product_type (id, code, name) VALUES ($1, $2, $3) RETURNING id;

-- name: type_update :one
UPDATE product_type SET code = coalesce($2, code), name = coalesce($3, name),
       updated_at = now(), version = version + 1
 WHERE id = $1
RETURNING version;

-- name: type_attributes_put :exec
WITH wanted AS (
    SELECT a.id, c.is_required, c.place
      FROM unnest($2::text[], $3::text[]::boolean[]) WITH ORDINALITY AS c (code, is_required, place)
      JOIN attribute a ON a.code = c.code
), gone AS (
    DELETE FROM product_type_attribute t
     WHERE t.product_type_id = $1 AND NOT EXISTS (SELECT 1 FROM wanted w WHERE w.id = t.attribute_id)
)
INSERT INTO product_type_attribute (product_type_id, attribute_id, is_required, position)
SELECT $1, id, is_required, place FROM wanted
    ON CONFLICT (product_type_id, attribute_id) DO UPDATE
   SET is_required = EXCLUDED.is_required, position = EXCLUDED.position;

-- name: type_free :exec
-- What was deleted does not hold its type.
UPDATE product SET product_type_id = NULL WHERE product_type_id = $1 AND deleted_at IS NOT NULL;

-- name: type_delete :exec
DELETE FROM product_type WHERE id = $1;

-- name: type_uses :one
SELECT count(*) FROM product WHERE product_type_id = $1 AND deleted_at IS NULL;

-- name: types_wrong_attributes :many readonly slow
-- Published products of a type that lack what it requires, have what it does
-- not know, or a choice that is none.
SELECT 'product ' || p.slug || ' has an attribute ' || e.key || ' that its type does not allow'
  FROM product p
  LEFT JOIN LATERAL jsonb_each(p.attributes) e ON true
  LEFT JOIN (product_type_attribute t JOIN attribute a ON a.id = t.attribute_id)
         ON t.product_type_id = p.product_type_id AND a.code = e.key
 WHERE p.status = 'published' AND p.deleted_at IS NULL AND p.product_type_id IS NOT NULL AND e.key IS NOT NULL
   AND (a.code IS NULL
        OR CASE a.kind WHEN 'number' THEN jsonb_typeof(e.value) <> 'number'
                       WHEN 'boolean' THEN jsonb_typeof(e.value) <> 'boolean'
                       ELSE jsonb_typeof(e.value) <> 'string' END
        OR (a.kind IN ('choice', 'colour') AND NOT a.tails ? (e.value #>> '{}')))
 UNION ALL
SELECT 'product ' || p.slug || ' lacks ' || a.code || ', which its type requires'
  FROM product p
  JOIN product_type_attribute t ON t.product_type_id = p.product_type_id AND t.is_required
  JOIN attribute a ON a.id = t.attribute_id
 WHERE p.status = 'published' AND p.deleted_at IS NULL
   AND EXISTS (SELECT 1 FROM variant v WHERE v.product_id = p.id AND v.is_active AND v.deleted_at IS NULL
                  AND NOT (p.attributes || v.attributes) ? a.code)
 LIMIT 100;
