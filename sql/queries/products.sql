-- products.sql - products, for the public and for staff.

-- name: product_list :page readonly
-- A place ($1 the slug of a category, $3 of a collection; neither: the nil id,
-- all) in one currency ($2), without filters: the page is cut from the index
-- before anything is joined, the count is one row, what a list shows is the
-- product's card. The LIMIT 1 keeps the plan: cards are looked up by key,
-- however long the planner takes a page to be whose size it does not know.
WITH place AS (
    SELECT CASE WHEN $3::text IS NOT NULL THEN (SELECT id FROM collection WHERE slug = $3 AND is_published)
                WHEN $1::text IS NOT NULL THEN (SELECT id FROM category WHERE slug = $1)
                ELSE '00000000-0000-0000-0000-000000000000'::uuid END AS id
), page AS MATERIALIZED (
    SELECT l.product_id, l.price, l.price_max, l.compare_at_amount, l.popularity, l.rating,
           l.created_at, l.currency
      FROM listing l
     WHERE l.category_id = (SELECT id FROM place) AND l.currency = $2 [[filters]]
     ORDER BY [[order]] [[page]]
)
SELECT l.product_id AS id, k.slug, k.name, k.brand, k.category, k.sku, l.price, l.price_max,
       l.compare_at_amount AS compare_at_price, l.currency, k.in_stock, k.image, k.variant_count,
       k.rating_average, k.rating_count, l.created_at,
       coalesce((SELECT n.products FROM listing_count n
                  WHERE n.category_id = (SELECT id FROM place) AND n.currency = $2), 0) AS total_count
  FROM page l
 CROSS JOIN LATERAL (SELECT * FROM card WHERE product_id = l.product_id LIMIT 1) k
 ORDER BY [[order]];

-- name: product_search :page readonly slow
-- The same with filters, search, or an order that no index has.
WITH place AS (
    SELECT CASE WHEN $3::text IS NOT NULL THEN (SELECT id FROM collection WHERE slug = $3 AND is_published)
                WHEN $1::text IS NOT NULL THEN (SELECT id FROM category WHERE slug = $1)
                ELSE '00000000-0000-0000-0000-000000000000'::uuid END AS id
), hit AS (
    SELECT k.*, l.price, l.price_max, l.compare_at_amount, l.currency, l.popularity, l.rating,
           l.created_at
      FROM listing l
      JOIN card k ON k.product_id = l.product_id
     WHERE l.category_id = (SELECT id FROM place) AND l.currency = $2 [[filters]]
)
SELECT l.product_id AS id, l.slug, l.name, l.brand, l.category, l.sku, l.price, l.price_max,
       l.compare_at_amount AS compare_at_price, l.currency, l.in_stock, l.image, l.variant_count,
       l.rating_average, l.rating_count, l.created_at, (SELECT count(*) FROM hit) AS total_count
  FROM hit l
 ORDER BY [[order]] [[page]];

-- name: product_show :maybe readonly
-- By slug, or by id when $2 is given; its price in the currency $3.
SELECT p.id, p.slug, p.name, p.description, p.brand, k.category,
       v.id AS variant, v.sku, v.weight_grams, pr.amount AS price,
       pr.compare_at_amount AS compare_at_price, coalesce(pr.currency, $3) AS currency, k.in_stock,
       p.attributes, p.images, k.image, k.rating_average, k.rating_count,
       coalesce((SELECT json_agg(json_build_object('id', a.id, 'slug', a.slug, 'name', a.name)
                                 ORDER BY cardinality(a.lineage))
                   FROM category a WHERE a.id = ANY (c.lineage)), '[]') AS breadcrumbs,
       p.created_at, p.updated_at
  FROM product p
  JOIN card k ON k.product_id = p.id
  JOIN variant v ON v.id = k.variant_id
  LEFT JOIN price pr ON pr.variant_id = v.id AND pr.currency = $3
  LEFT JOIN category c ON c.id = p.category_id
 WHERE p.id = coalesce($2::uuid, (SELECT id FROM product WHERE slug = $1))
   AND product_is_visible(p);

-- name: product_admin_list :page readonly slow
SELECT p.id, p.slug, p.name, p.brand, p.status, c.slug AS category, v.sku, pr.amount AS price,
       pr.compare_at_amount AS compare_at_price, pr.currency,
       coalesce((SELECT sum(s.on_hand) FROM stock s WHERE s.variant_id = v.id), 0) AS stock_on_hand,
       p.created_at, p.updated_at, p.version, count(*) OVER () AS total_count
  FROM product p
  JOIN variant v ON v.product_id = p.id AND v.is_default
  LEFT JOIN LATERAL (SELECT * FROM price WHERE variant_id = v.id ORDER BY currency LIMIT 1) pr ON true
  LEFT JOIN category c ON c.id = p.category_id
 WHERE p.deleted_at IS NULL [[filters]]
 ORDER BY [[order]] [[page]];

-- name: product_admin_show :maybe readonly
SELECT p.id, p.slug, p.name, p.description, p.brand, p.status, c.slug AS category,
       v.id AS variant, v.sku, v.weight_grams, pr.amount AS price,
       pr.compare_at_amount AS compare_at_price, pr.currency,
       coalesce((SELECT sum(s.on_hand) FROM stock s WHERE s.variant_id = v.id), 0) AS stock_on_hand,
       p.attributes, p.images, p.created_at, p.updated_at, p.version
  FROM product p
  JOIN variant v ON v.product_id = p.id AND v.is_default
  LEFT JOIN LATERAL (SELECT * FROM price WHERE variant_id = v.id ORDER BY currency LIMIT 1) pr ON true
  LEFT JOIN category c ON c.id = p.category_id
 WHERE p.id = $1 AND p.deleted_at IS NULL;

-- name: product_lock :maybe
SELECT p.version, v.id
  FROM product p JOIN variant v ON v.product_id = p.id AND v.is_default
 WHERE p.id = $1 AND p.deleted_at IS NULL
   FOR UPDATE OF p;

-- name: product_insert :one
-- A slug that was made from the name gives way to one that is taken.
INSERT INTO product (id, slug, name, description, brand, status, category_id, attributes, images)
SELECT $1::uuid, CASE WHEN $3::boolean AND EXISTS (SELECT 1 FROM product WHERE slug = $2)
                THEN $2 || '-' || right($1::text, 8) ELSE $2 END,
       $4, $5, $6, $7, $8, $9::jsonb, $10::jsonb
RETURNING id;

-- name: product_update :one
-- NULL keeps what is there; $9 says whether the category is given at all.
UPDATE product SET slug = coalesce($2, slug), name = coalesce($3, name),
       description = coalesce($4, description), brand = coalesce($5, brand),
       status = coalesce($6, status), attributes = coalesce($7::jsonb, attributes),
       images = coalesce($8::jsonb, images),
       category_id = CASE WHEN $9::boolean THEN $10::uuid ELSE category_id END,
       updated_at = now(), version = version + 1
 WHERE id = $1
RETURNING version;

-- name: product_delete :exec
-- The slug and the SKU become free; what was sold keeps its snapshot.
WITH gone AS (
    UPDATE product SET deleted_at = now(), updated_at = now(), version = version + 1,
           slug = 'deleted-' || id, source = NULL, source_key = NULL
     WHERE id = $1 RETURNING id)
UPDATE variant v SET sku = 'deleted-' || v.id FROM gone WHERE v.product_id = gone.id;

-- name: slug_now :one readonly
-- What an object of kind $1 that was once called $2 is called now.
SELECT slug_now($1, $2);
