-- collections.sql - collections by hand and by rule, and related products.

-- name: collection_list :page readonly
SELECT k.id, k.slug, k.name, k.description, k.position,
       coalesce((SELECT max(n.products) FROM listing_count n WHERE n.category_id = k.id), 0) AS product_count,
       count(*) OVER () AS total_count
  FROM collection k
 WHERE k.is_published [[filters]]
 ORDER BY [[order]] [[page]];

-- name: collection_show :maybe readonly
-- By slug, or by id when $2 is given; published ones only.
SELECT k.id, k.slug, k.name, k.description, k.position,
       coalesce((SELECT max(n.products) FROM listing_count n WHERE n.category_id = k.id), 0) AS product_count,
       k.seo_title, k.seo_description, k.created_at, k.updated_at
  FROM collection k
 WHERE k.id = coalesce($2::uuid, (SELECT id FROM collection WHERE slug = $1)) AND k.is_published;

-- name: collection_place :maybe readonly
SELECT k.id FROM collection k
 WHERE k.id = coalesce($2::uuid, (SELECT id FROM collection WHERE slug = $1)) AND k.is_published;

-- name: collection_product_list :page readonly
-- The cards of the collection $1 in the currency $2, in the order of staff;
-- the page is cut from the index before cards are looked up.
WITH page AS MATERIALIZED (
    SELECT l.* FROM (
        SELECT m.position, m.product_id, i.price, i.price_max, i.compare_at_amount, i.currency, i.created_at
          FROM collection_product m
          JOIN listing i ON i.product_id = m.product_id AND i.category_id = m.collection_id
               AND i.currency = $2
         WHERE m.collection_id = $1) l
     WHERE true [[filters]]
     ORDER BY [[order]] [[page]]
)
SELECT l.product_id AS id, k.slug, k.name, k.brand, k.category, k.sku, l.price, l.price_max,
       l.compare_at_amount AS compare_at_price, l.currency, k.in_stock, k.image, k.variant_count,
       k.rating_average, k.rating_count, l.created_at,
       coalesce((SELECT n.products FROM listing_count n
                  WHERE n.category_id = $1 AND n.currency = $2), 0) AS total_count
  FROM page l
 CROSS JOIN LATERAL (SELECT * FROM card WHERE product_id = l.product_id LIMIT 1) k
 ORDER BY [[order]];

-- name: collection_admin_list :page readonly
SELECT k.id, k.slug, k.name, k.kind, k.is_published, k.position,
       coalesce((SELECT max(n.products) FROM listing_count n WHERE n.category_id = k.id), 0) AS product_count,
       k.created_at, k.updated_at, k.version, count(*) OVER () AS total_count
  FROM collection k
 WHERE true [[filters]]
 ORDER BY [[order]] [[page]];

-- name: collection_admin_show :maybe readonly
SELECT k.id, k.slug, k.name, k.description, k.kind, k.rules, k.is_published, k.position,
       (SELECT count(*) FROM collection_product m WHERE m.collection_id = k.id) AS member_count,
       coalesce((SELECT max(n.products) FROM listing_count n WHERE n.category_id = k.id), 0) AS product_count,
       k.seo_title, k.seo_description, k.created_at, k.updated_at, k.version
  FROM collection k
 WHERE k.id = $1;

-- name: collection_lock :maybe
SELECT version, kind, is_published, rules FROM collection WHERE id = $1 FOR UPDATE;

-- name: collection_insert :one
INSERT INTO collection (id, slug, name, description, kind, rules, is_drifting, is_published, position,
                        seo_title, seo_description)
SELECT $1::uuid, CASE WHEN $3::boolean AND EXISTS (SELECT 1 FROM collection WHERE slug = $2)
                THEN $2 || '-' || right($1::text, 8) ELSE $2 END,
       $4, $5, $6, $7::jsonb, $8, $9, $10, $11, $12
RETURNING id;

-- name: collection_update :one
-- NULL keeps what is there.
UPDATE collection SET slug = coalesce($2, slug), name = coalesce($3, name),
       description = coalesce($4, description), rules = coalesce($5::jsonb, rules),
       is_drifting = coalesce($6, is_drifting), is_published = coalesce($7, is_published),
       position = coalesce($8, position), seo_title = coalesce($9, seo_title),
       seo_description = coalesce($10, seo_description), updated_at = now(), version = version + 1
 WHERE id = $1
RETURNING version;

-- name: collection_rebuild :one
-- The next $3 products behind $2; the last of them, NULL at the end.
SELECT collection_rebuild($1, coalesce($2::uuid, '00000000-0000-0000-0000-000000000000'), $3::int);

-- name: collection_unlist :one
-- What it lists goes; what it holds, too.
WITH gone AS (DELETE FROM listing WHERE category_id = $1),
     counts AS (DELETE FROM listing_count WHERE category_id = $1)
SELECT true;

-- name: collection_delete :exec
DELETE FROM collection WHERE id = $1;

-- name: collection_members_lock :many
-- Those in it and those of $2, in the order that listing_refresh() locks them.
SELECT p.id FROM product p
 WHERE p.deleted_at IS NULL
   AND (p.id = ANY ($2) OR p.id IN (SELECT product_id FROM collection_product WHERE collection_id = $1))
 ORDER BY p.id FOR NO KEY UPDATE;

-- name: collection_members_unknown :maybe
SELECT g.place - 1, g.id FROM unnest($1::uuid[]) WITH ORDINALITY AS g (id, place)
 WHERE NOT EXISTS (SELECT 1 FROM product p WHERE p.id = g.id AND p.deleted_at IS NULL)
 ORDER BY g.place LIMIT 1;

-- name: collection_members_put :exec
-- Exactly these, in this order.
WITH wanted AS (
    SELECT id, min(place) AS place FROM unnest($2::uuid[]) WITH ORDINALITY AS g (id, place) GROUP BY id
), gone AS (
    DELETE FROM collection_product m
     WHERE m.collection_id = $1 AND NOT m.product_id IN (SELECT id FROM wanted)
)
INSERT INTO collection_product (collection_id, product_id, position)
SELECT $1, id, place FROM wanted
    ON CONFLICT (collection_id, product_id) DO UPDATE SET position = EXCLUDED.position;

-- name: collection_members_add :exec
-- Behind those that are there.
INSERT INTO collection_product (collection_id, product_id, position)
SELECT $1, g.id, min(g.place) + coalesce((SELECT max(position) FROM collection_product
                                           WHERE collection_id = $1), 0)
  FROM unnest($2::uuid[]) WITH ORDINALITY AS g (id, place)
 GROUP BY g.id
    ON CONFLICT (collection_id, product_id) DO NOTHING;

-- name: collection_members_remove :exec
DELETE FROM collection_product WHERE collection_id = $1 AND product_id = ANY ($2);

-- name: collection_members_count :one
SELECT count(*) FROM collection_product WHERE collection_id = $1;

-- name: collection_relist :one
SELECT true FROM (SELECT collection_relist($1, $2)) AS done;

-- name: collection_touch :one
UPDATE collection SET updated_at = now(), version = version + 1 WHERE id = $1 RETURNING version;

-- name: collection_member_list :page readonly
SELECT p.id, p.slug, p.name, p.brand, p.status, m.position, count(*) OVER () AS total_count
  FROM collection_product m
  JOIN product p ON p.id = m.product_id
 WHERE m.collection_id = $1 AND p.deleted_at IS NULL [[filters]]
 ORDER BY [[order]] [[page]];

-- name: rules_resolve :one readonly
-- Rules with ids for categories; the first that is unknown, where and what.
SELECT rules, unknown_at, unknown FROM rules_resolve($1::jsonb);

-- name: rules_preview :one readonly slow
-- What rules find: how many, and the newest 20.
WITH found AS MATERIALIZED (
    SELECT product_id FROM rule_matches(ARRAY['00000000-0000-0000-0000-000000000000'::uuid],
                                        jsonb_build_array($1::jsonb), NULL)
)
SELECT (SELECT count(*) FROM found) AS count,
       coalesce((SELECT json_agg(row_to_json(first)) FROM (
           SELECT p.id, p.slug, p.name, p.brand, p.status FROM found f JOIN product p ON p.id = f.product_id
            ORDER BY p.created_at DESC, p.id DESC LIMIT 20) AS first), '[]') AS results;

-- name: collection_members_preview :one readonly
SELECT (SELECT count(*) FROM collection_product m WHERE m.collection_id = $1) AS count,
       coalesce((SELECT json_agg(row_to_json(first)) FROM (
           SELECT p.id, p.slug, p.name, p.brand, p.status
             FROM collection_product m JOIN product p ON p.id = m.product_id
            WHERE m.collection_id = $1
            ORDER BY m.position, m.product_id LIMIT 20) AS first), '[]') AS results;

-- name: collections_drifted :many readonly slow
-- Products that rules on time or stock find, or find no more; $1 at the most.
WITH drifting AS (
    SELECT array_agg(id ORDER BY id) AS ids, jsonb_agg(rules ORDER BY id) AS rules
      FROM collection WHERE kind = 'rule' AND is_drifting HAVING count(*) > 0
), found AS MATERIALIZED (
    SELECT f.* FROM drifting d CROSS JOIN LATERAL rule_matches(d.ids, d.rules, NULL) f
)
SELECT DISTINCT product_id FROM (
    (SELECT collection_id, product_id FROM found
     EXCEPT SELECT collection_id, product_id FROM collection_product)
    UNION ALL
    (SELECT m.collection_id, m.product_id FROM drifting d
       JOIN collection_product m ON m.collection_id = ANY (d.ids)
     EXCEPT SELECT collection_id, product_id FROM found)) AS other
 ORDER BY product_id LIMIT $1;

-- name: collections_wrong_members :many readonly slow
-- Collections by rule that hold others than their rules find; those that
-- drift have a minute.
WITH ruled AS (
    SELECT array_agg(id ORDER BY id) AS ids, jsonb_agg(rules ORDER BY id) AS rules
      FROM collection WHERE kind = 'rule' AND NOT is_drifting HAVING count(*) > 0
), found AS MATERIALIZED (
    SELECT f.* FROM ruled d CROSS JOIN LATERAL rule_matches(d.ids, d.rules, NULL) f
)
SELECT 'collection ' || k.slug || ' and product ' || other.product_id || ': ' || why FROM (
    (SELECT collection_id, product_id, 'found, but not in it' AS why FROM found
     EXCEPT SELECT collection_id, product_id, 'found, but not in it' FROM collection_product)
    UNION ALL
    (SELECT m.collection_id, m.product_id, 'in it, but not found' FROM ruled d
       JOIN collection_product m ON m.collection_id = ANY (d.ids)
     EXCEPT SELECT collection_id, product_id, 'in it, but not found' FROM found)) AS other
  JOIN collection k ON k.id = other.collection_id
 LIMIT 100;

-- name: relation_list :many readonly
-- What a product's page leads to, of the kind $3 or of all: those that the
-- public may see, if it may see the product ($1 its slug, $2 its id), with
-- their prices in $4.
SELECT r.kind, r.related_id AS id, k.slug, k.name, k.brand, k.category, l.price, l.price_max,
       l.compare_at_amount AS compare_at_price, l.currency, k.in_stock, k.image, k.variant_count,
       k.rating_average, k.rating_count
  FROM product_relation r
  JOIN card c ON c.product_id = r.product_id
  JOIN card k ON k.product_id = r.related_id
  JOIN listing l ON l.product_id = r.related_id AND l.currency = $4
       AND l.category_id = '00000000-0000-0000-0000-000000000000'
 WHERE r.product_id = coalesce($2::uuid, (SELECT id FROM product WHERE slug = $1))
   AND ($3::text IS NULL OR r.kind = $3)
 ORDER BY r.kind, r.position, r.related_id;

-- name: relation_product_shown :maybe readonly
SELECT true FROM card WHERE product_id = coalesce($2::uuid, (SELECT id FROM product WHERE slug = $1));

-- name: relation_admin_show :maybe readonly
SELECT p.id, p.version,
       coalesce((SELECT json_agg(json_build_object('product', o.id, 'kind', r.kind, 'slug', o.slug,
                                 'name', o.name, 'status', o.status) ORDER BY r.kind, r.position, o.id)
                   FROM product_relation r JOIN product o ON o.id = r.related_id
                  WHERE r.product_id = p.id AND o.deleted_at IS NULL), '[]') AS related
  FROM product p
 WHERE p.id = $1 AND p.deleted_at IS NULL;

-- name: relation_lock :maybe
SELECT version FROM product WHERE id = $1 AND deleted_at IS NULL FOR NO KEY UPDATE;

-- name: relation_unknown :maybe readonly
SELECT g.place - 1, g.id FROM unnest($1::uuid[]) WITH ORDINALITY AS g (id, place)
 WHERE NOT EXISTS (SELECT 1 FROM product p WHERE p.id = g.id AND p.deleted_at IS NULL)
 ORDER BY g.place LIMIT 1;

-- name: relation_put :exec
-- Exactly these, in this order.
WITH wanted AS (
    SELECT id, kind, place FROM unnest($2::uuid[], $3::text[]) WITH ORDINALITY AS g (id, kind, place)
), gone AS (
    DELETE FROM product_relation r
     WHERE r.product_id = $1 AND NOT (r.related_id, r.kind) IN (SELECT id, kind FROM wanted)
)
INSERT INTO product_relation (product_id, related_id, kind, position)
SELECT $1, id, kind, place FROM wanted
    ON CONFLICT (product_id, kind, related_id) DO UPDATE SET position = EXCLUDED.position;

-- name: relation_touch :one
UPDATE product SET updated_at = now(), version = version + 1 WHERE id = $1 RETURNING version;
