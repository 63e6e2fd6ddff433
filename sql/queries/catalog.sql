-- catalog.sql - categories, for the public and for staff; what must be true of
-- the catalogue; the import of products.

-- name: listing_refresh :one
SELECT true FROM (SELECT listing_refresh($1)) AS done;

-- name: listing_refresh_category :maybe
-- The next $3 products behind $2 of a category and all below it ($4: of it
-- alone), after its lineage or slug changed; the last of them, NULL at the end.
WITH part AS (
    SELECT array_agg(id ORDER BY id) AS ids FROM (
        SELECT p.id FROM product p JOIN category c ON c.id = p.category_id
         WHERE CASE WHEN $4::boolean THEN c.id = $1 ELSE c.lineage @> ARRAY[$1::uuid] END
           AND p.id > coalesce($2::uuid, '00000000-0000-0000-0000-000000000000')
         ORDER BY p.id LIMIT $3::int) AS next
)
SELECT last FROM (
    SELECT listing_refresh(ids), CASE WHEN cardinality(ids) = $3 THEN ids[$3] END AS last
      FROM part WHERE ids IS NOT NULL) AS done;

-- name: category_id_by_slug :maybe readonly
SELECT id FROM category WHERE slug = $1;

-- name: category_list :page readonly
SELECT c.id, c.slug, c.name, c.description, parent.slug AS parent, cardinality(c.lineage) - 1 AS level,
       c.position, place_count(c.id) AS product_count, c.version,
       count(*) OVER () AS total_count
  FROM category c
  LEFT JOIN category parent ON parent.id = c.parent_id
 WHERE true [[filters]]
 ORDER BY [[order]] [[page]];

-- name: category_show :maybe readonly
SELECT c.id, c.slug, c.name, c.description, parent.slug AS parent, cardinality(c.lineage) - 1 AS level,
       c.position, place_count(c.id) AS product_count,
       coalesce((SELECT json_agg(json_build_object('id', a.id, 'slug', a.slug, 'name', a.name)
                                 ORDER BY cardinality(a.lineage))
                   FROM category a WHERE a.id = ANY (c.lineage) AND a.id <> c.id), '[]') AS ancestors,
       coalesce((SELECT json_agg(json_build_object('id', k.id, 'slug', k.slug, 'name', k.name,
                                 'product_count', place_count(k.id)) ORDER BY k.position, k.name)
                   FROM category k
                  WHERE k.parent_id = c.id), '[]') AS children,
       c.seo_title, c.seo_description, c.created_at, c.updated_at, c.version
  FROM category c
  LEFT JOIN category parent ON parent.id = c.parent_id
 WHERE c.id = $2 OR ($2 IS NULL AND c.slug = $1);

-- name: category_tree :many readonly
-- Every category after its parent, siblings in order.
WITH RECURSIVE tree AS (
    SELECT c.id, c.slug, c.name, 0 AS level, ARRAY[to_char(c.position, 'S0000000000') || c.name] AS place
      FROM category c WHERE c.parent_id IS NULL
    UNION ALL
    SELECT c.id, c.slug, c.name, t.level + 1,
           t.place || (to_char(c.position, 'S0000000000') || c.name)
      FROM category c JOIN tree t ON c.parent_id = t.id
)
SELECT t.id, t.slug, t.name, t.level, place_count(t.id)
  FROM tree t
 ORDER BY t.place;

-- name: category_insert :one
INSERT INTO category (id, parent_id, slug, name, description, position, seo_title, seo_description, lineage)
SELECT $1::uuid, $2, $3, $4, $5, $6, $7, $8,
       coalesce((SELECT lineage FROM category WHERE id = $2), '{}') || $1::uuid
RETURNING id;

-- name: category_lock :maybe
SELECT version, parent_id, lineage FROM category WHERE id = $1 FOR UPDATE;

-- name: category_tree_lock :one
-- One change to the shape of the tree at a time.
SELECT true FROM (SELECT pg_advisory_xact_lock(hashtext('category_tree'))) AS done;

-- name: category_is_below :one readonly
SELECT EXISTS (SELECT 1 FROM category WHERE id = $2 AND lineage @> ARRAY[$1::uuid]);

-- name: category_update :one
UPDATE category SET slug = coalesce($2, slug), name = coalesce($3, name),
       description = coalesce($4, description), position = coalesce($5, position),
       seo_title = coalesce($6, seo_title), seo_description = coalesce($7, seo_description),
       updated_at = now(), version = version + 1
 WHERE id = $1
RETURNING version;

-- name: category_move :exec
-- The subtree takes the new parent's lineage in place of the old one's.
WITH old AS (SELECT id, cardinality(lineage) AS depth FROM category WHERE id = $1),
     base AS (SELECT coalesce((SELECT lineage FROM category WHERE id = $2), '{}') AS lineage)
UPDATE category c SET parent_id = CASE WHEN c.id = $1 THEN $2 ELSE c.parent_id END,
       lineage = base.lineage || c.lineage[old.depth:],
       updated_at = now(), version = c.version + 1
  FROM old, base WHERE c.lineage @> ARRAY[$1::uuid];

-- name: category_delete :exec
DELETE FROM category WHERE id = $1;

-- name: catalog_wrong_listings :many readonly slow
-- Rows that are missing, too many, or say other than their product does.
SELECT 'product ' || coalesce(l.product_id, t.product_id) || ' is listed wrongly in '
       || coalesce(l.category_id, t.category_id)
  FROM listing l FULL JOIN listing_of(ARRAY(SELECT id FROM product)) t
       ON (t.product_id, t.category_id, t.currency) = (l.product_id, l.category_id, l.currency)
 WHERE l IS DISTINCT FROM t
 LIMIT 100;

-- name: catalog_wrong_cards :many readonly slow
-- Cards that say other than their product, its variant and its price do.
SELECT 'product ' || coalesce(k.product_id, t.product_id) || ' has a card that is out of date'
  FROM card k FULL JOIN card_of(ARRAY(SELECT id FROM product)) t ON t.product_id = k.product_id
 WHERE k IS DISTINCT FROM t
 LIMIT 100;

-- name: catalog_wrong_counts :many readonly slow
SELECT 'place ' || coalesce(n.category_id, l.category_id) || ' counts ' || coalesce(n.products, 0)
       || ', lists ' || coalesce(l.products, 0)
  FROM listing_count n
  FULL JOIN (SELECT category_id, currency, count(*) AS products FROM listing GROUP BY 1, 2) l
       USING (category_id, currency)
 WHERE coalesce(n.products, 0) <> coalesce(l.products, 0);

-- name: catalog_wrong_lineages :many readonly
SELECT 'category ' || c.slug || ' has a lineage that is not its parent''s and itself'
  FROM category c LEFT JOIN category p ON p.id = c.parent_id
 WHERE c.lineage <> coalesce(p.lineage, '{}') || c.id;
