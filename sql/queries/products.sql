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
     WHERE l.category_id = (SELECT id FROM place) AND l.currency = $2 [[filters]] [[after]]
     ORDER BY [[order]] [[page]]
)
SELECT l.product_id AS id, k.slug, k.name, k.brand, k.category, k.sku, l.price, l.price_max,
       l.compare_at_amount AS compare_at_price, l.currency, k.in_stock, k.image, k.variant_count,
       k.rating_average, k.rating_count, l.created_at
       [[expand:description]], (SELECT p.description FROM product p
                                 WHERE p.id = l.product_id) AS description [[end]]
       [[expand:breadcrumbs]], coalesce((SELECT json_agg(json_build_object('id', a.id, 'slug', a.slug, 'name', a.name)
                                                         ORDER BY cardinality(a.lineage))
                                           FROM category a
                                          WHERE a.id = ANY ((SELECT c.lineage FROM category c
                                                              WHERE c.slug = k.category)::uuid[])), '[]') AS breadcrumbs [[end]]
       [[expand:variants]], (SELECT json_agg(json_build_object(
               'id', v.id, 'name', v.name, 'sku', v.sku, 'options', v.options,
               'price', money_text(pr.amount, l.currency),
               'compare_at_price', money_text(pr.compare_at_amount, l.currency), 'currency', l.currency,
               'in_stock', coalesce((SELECT true FROM stock s WHERE s.variant_id = v.id
                   AND s.on_hand - s.allocated - s.reserved - s.safety + s.backorder_limit > 0 LIMIT 1), false))
                                              ORDER BY v.position, v.id)
          FROM variant v LEFT JOIN price pr ON pr.variant_id = v.id AND pr.currency = l.currency
         WHERE v.product_id = l.product_id AND v.is_active AND v.deleted_at IS NULL) AS variants [[end]]
       [[expand:media]], media_json(l.product_id) AS media [[end]]
       [[count]], coalesce((SELECT n.products FROM listing_count n
                  WHERE n.category_id = (SELECT id FROM place) AND n.currency = $2), 0) AS total_count [[end]]
       [[cursor]]
  FROM page l
 CROSS JOIN LATERAL (SELECT * FROM card WHERE product_id = l.product_id LIMIT 1) k
 ORDER BY [[order]];

-- name: product_search :page readonly slow
-- The same with filters, search, or an order that no index has. What is found
-- is kept narrow, as all of it is counted: cards are joined where a filter asks
-- for them (the planner drops a LEFT JOIN that nothing reads), and for the page.
WITH place AS (
    SELECT CASE WHEN $3::text IS NOT NULL THEN (SELECT id FROM collection WHERE slug = $3 AND is_published)
                WHEN $1::text IS NOT NULL THEN (SELECT id FROM category WHERE slug = $1)
                ELSE '00000000-0000-0000-0000-000000000000'::uuid END AS id
), hit AS (
    SELECT l.product_id, l.price, l.price_max, l.compare_at_amount, l.popularity, l.rating,
           l.created_at, l.currency
      FROM listing l
      LEFT JOIN card k ON k.product_id = l.product_id
     WHERE l.category_id = (SELECT id FROM place) AND l.currency = $2 [[filters]]
), page AS MATERIALIZED (
    SELECT * FROM hit l WHERE true [[after]]
     ORDER BY [[order]] [[page]]
)
SELECT l.product_id AS id, k.slug, k.name, k.brand, k.category, k.sku, l.price, l.price_max,
       l.compare_at_amount AS compare_at_price, l.currency, k.in_stock, k.image, k.variant_count,
       k.rating_average, k.rating_count, l.created_at
       [[expand:description]], (SELECT p.description FROM product p
                                 WHERE p.id = l.product_id) AS description [[end]]
       [[expand:breadcrumbs]], coalesce((SELECT json_agg(json_build_object('id', a.id, 'slug', a.slug, 'name', a.name)
                                                         ORDER BY cardinality(a.lineage))
                                           FROM category a
                                          WHERE a.id = ANY ((SELECT c.lineage FROM category c
                                                              WHERE c.slug = k.category)::uuid[])), '[]') AS breadcrumbs [[end]]
       [[expand:variants]], (SELECT json_agg(json_build_object(
               'id', v.id, 'name', v.name, 'sku', v.sku, 'options', v.options,
               'price', money_text(pr.amount, l.currency),
               'compare_at_price', money_text(pr.compare_at_amount, l.currency), 'currency', l.currency,
               'in_stock', coalesce((SELECT true FROM stock s WHERE s.variant_id = v.id
                   AND s.on_hand - s.allocated - s.reserved - s.safety + s.backorder_limit > 0 LIMIT 1), false))
                                              ORDER BY v.position, v.id)
          FROM variant v LEFT JOIN price pr ON pr.variant_id = v.id AND pr.currency = l.currency
         WHERE v.product_id = l.product_id AND v.is_active AND v.deleted_at IS NULL) AS variants [[end]]
       [[expand:media]], media_json(l.product_id) AS media [[end]]
       [[count]], (SELECT count(*) FROM hit) AS total_count [[end]] [[cursor]]
  FROM page l
 CROSS JOIN LATERAL (SELECT * FROM card WHERE product_id = l.product_id LIMIT 1) k
 ORDER BY [[order]];

-- name: product_show :maybe readonly
-- By slug, or by id when $2 is given; prices in the currency $3. The lowest
-- price of the default variant is asked once (OFFSET 0) and shown twice.
SELECT p.id, p.slug, p.name, p.description, p.brand, k.category,
       [[expand:type]](SELECT t.code FROM product_type t WHERE t.id = p.product_type_id) AS type, [[end]]
       v.id AS variant, v.sku, v.weight_grams, pr.amount AS price,
       pr.compare_at_amount AS compare_at_price,
       low.amount AS lowest_price_30_days,
       $3::text AS currency, k.in_stock, p.options,
       [[expand:variants]](SELECT json_agg(json_build_object(
                   'id', o.id, 'name', o.name, 'sku', o.sku, 'barcode', o.barcode, 'options', o.options,
                   'attributes', o.attributes,
                   'price', money_text(a.amount, $3), 'compare_at_price', money_text(a.compare_at_amount, $3),
                   'lowest_price_30_days', money_text(CASE WHEN o.id = v.id THEN low.amount
                       WHEN a.compare_at_amount > a.amount THEN price_lowest_30(o.id, $3) END, $3),
                   'currency', $3::text,
                   'in_stock', EXISTS (SELECT 1 FROM stock s WHERE s.variant_id = o.id
                       AND s.on_hand - s.allocated - s.reserved - s.safety + s.backorder_limit > 0),
                   'weight_grams', o.weight_grams, 'length_mm', o.length_mm, 'width_mm', o.width_mm,
                   'height_mm', o.height_mm, 'is_default', o.is_default,
                   'media', (SELECT coalesce(json_agg(m.media_id ORDER BY m.position, m.media_id), '[]')
                               FROM product_media m WHERE m.product_id = p.id AND m.variant_id = o.id),
                   'metadata', o.metadata) ORDER BY o.position, o.id)
          FROM variant o
          LEFT JOIN price a ON a.variant_id = o.id AND a.currency = $3
         WHERE o.product_id = p.id AND o.is_active AND o.deleted_at IS NULL) AS variants, [[end]]
       p.attributes,
       [[expand:specifications]]attributes_shown(p.product_type_id, p.attributes) AS specifications, [[end]]
       p.images, [[expand:media]]CASE WHEN EXISTS (SELECT 1 FROM product_media m WHERE m.product_id = p.id)
           THEN media_json(p.id) ELSE '[]' END AS media, [[end]]
       k.image, k.rating_average, k.rating_count,
       [[expand:rating_histogram]](SELECT json_build_object('1', r.stars_1, '2', r.stars_2, '3', r.stars_3,
                                                            '4', r.stars_4, '5', r.stars_5)
          FROM product_rating r WHERE r.product_id = p.id) AS rating_histogram, [[end]]
       [[expand:breadcrumbs]]coalesce((SELECT json_agg(json_build_object('id', a.id, 'slug', a.slug,
                                              'name', a.name) ORDER BY cardinality(a.lineage))
                   FROM category a WHERE a.id = ANY (c.lineage)), '[]') AS breadcrumbs, [[end]]
       p.seo_title, p.seo_description, p.metadata, p.created_at, p.updated_at
  FROM product p
  JOIN card k ON k.product_id = p.id
  JOIN variant v ON v.id = k.variant_id
  LEFT JOIN price pr ON pr.variant_id = v.id AND pr.currency = $3
  LEFT JOIN LATERAL (SELECT price_lowest_30(v.id, $3) AS amount
                      WHERE pr.compare_at_amount > pr.amount OFFSET 0) low ON true
  LEFT JOIN category c ON c.id = p.category_id
 WHERE p.id = coalesce($2::uuid, (SELECT id FROM product WHERE slug = $1))
   AND product_is_visible(p);

-- name: product_variants_show :many readonly
-- What can be chosen of a product named as above.
SELECT o.id, o.product_id AS product, o.name, o.sku, o.barcode, o.options, o.attributes, a.amount AS price,
       a.compare_at_amount AS compare_at_price,
       CASE WHEN a.compare_at_amount > a.amount THEN price_lowest_30(o.id, $3) END AS lowest_price_30_days,
       $3::text AS currency,
       EXISTS (SELECT 1 FROM stock s WHERE s.variant_id = o.id
                  AND s.on_hand - s.allocated - s.reserved - s.safety + s.backorder_limit > 0) AS in_stock,
       o.weight_grams, o.length_mm, o.width_mm, o.height_mm, o.is_default,
       (SELECT coalesce(json_agg(m.media_id ORDER BY m.position, m.media_id), '[]')
          FROM product_media m WHERE m.product_id = p.id AND m.variant_id = o.id) AS media,
       o.metadata
  FROM product p
  JOIN card k ON k.product_id = p.id
  JOIN variant o ON o.product_id = p.id AND o.is_active AND o.deleted_at IS NULL
  LEFT JOIN price a ON a.variant_id = o.id AND a.currency = $3
 WHERE p.id = coalesce($2::uuid, (SELECT id FROM product WHERE slug = $1))
   AND product_is_visible(p)
 ORDER BY o.position, o.id;

-- name: product_admin_list :page readonly slow
-- $1 the shop's currency; $2: those that were deleted.
SELECT p.id, coalesce(p.slug_before, p.slug) AS slug, p.name, p.brand, p.status,
       product_is_visible(p) AS is_visible, p.publish_at, p.unpublish_at, c.slug AS category,
       (SELECT t.code FROM product_type t WHERE t.id = p.product_type_id) AS type,
       coalesce(v.sku_before, v.sku) AS sku,
       pr.amount AS price, pr.compare_at_amount AS compare_at_price, pr.currency,
       coalesce((SELECT sum(s.on_hand) FROM stock s JOIN variant o ON o.id = s.variant_id
                  WHERE o.product_id = p.id AND o.deleted_at IS NULL), 0) AS stock_on_hand,
       (SELECT count(*) FROM variant o WHERE o.product_id = p.id AND o.deleted_at IS NULL) AS variant_count,
       p.created_at, p.updated_at, p.version, count(*) OVER () AS total_count
  FROM product p
  JOIN variant v ON v.product_id = p.id AND v.is_default
  LEFT JOIN LATERAL (SELECT * FROM regular_price WHERE variant_id = v.id
                      ORDER BY currency <> $1, currency LIMIT 1) pr ON true
  LEFT JOIN category c ON c.id = p.category_id
 WHERE (p.deleted_at IS NOT NULL) = $2::boolean [[filters]]
 ORDER BY [[order]] [[page]];

-- name: product_admin_show :maybe readonly
-- $2 the shop's currency.
SELECT p.id, p.slug, p.name, p.description, p.brand, p.status, product_is_visible(p) AS is_visible,
       p.publish_at, p.unpublish_at, to_json(product_lacks(p.id)) AS lacks, c.slug AS category,
       (SELECT t.code FROM product_type t WHERE t.id = p.product_type_id) AS type,
       v.id AS variant, v.sku, v.weight_grams, pr.amount AS price,
       pr.compare_at_amount AS compare_at_price, pr.currency,
       coalesce((SELECT sum(s.on_hand) FROM stock s JOIN variant o ON o.id = s.variant_id
                  WHERE o.product_id = p.id AND o.deleted_at IS NULL), 0) AS stock_on_hand,
       p.attributes, p.images, p.options, variants_of_staff(p.id, $2) AS variants,
       p.seo_title, p.seo_description, p.metadata, p.private_metadata,
       p.created_at, p.updated_at, p.version
  FROM product p
  JOIN variant v ON v.product_id = p.id AND v.is_default
  LEFT JOIN LATERAL (SELECT * FROM regular_price WHERE variant_id = v.id
                      ORDER BY currency <> $2, currency LIMIT 1) pr ON true
  LEFT JOIN category c ON c.id = p.category_id
 WHERE p.id = $1 AND p.deleted_at IS NULL;

-- name: product_lock :maybe
-- $2: as it was seen, or null.
SELECT p.version, v.id, p.options, p.slug, p.product_type_id, p.status
  FROM product p JOIN variant v ON v.product_id = p.id AND v.is_default
 WHERE p.id = $1 AND p.deleted_at IS NULL
   FOR NO KEY UPDATE OF p;

-- name: product_touch :exec
-- One of its variants has changed.
UPDATE product SET updated_at = now(), version = version + 1 WHERE id = $1;

-- name: product_rows_lock :many
SELECT 1 FROM product WHERE id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE;

-- name: product_rows_known :many
-- Of each row, in their order: what it names, and what the shop has of it.
-- $1: [{"id", "slug", "category", "type", "variants": [{"id", "sku"}]}]; a
-- variant without id is the default one.
WITH r AS MATERIALIZED (
    SELECT * FROM ROWS FROM (jsonb_to_recordset($1::jsonb)
           AS (id uuid, slug text, category text, type text, variants jsonb)) WITH ORDINALITY
           AS r (id, slug, category, type, variants, place)
), sku AS (
    SELECT r.id, g.sku, count(*) OVER (PARTITION BY g.sku) > 1
           OR EXISTS (SELECT 1 FROM variant o WHERE o.sku = g.sku AND o.id IS DISTINCT FROM coalesce(g.id,
                      (SELECT d.id FROM variant d WHERE d.product_id = r.id AND d.is_default))) AS is_taken
      FROM r CROSS JOIN LATERAL jsonb_to_recordset(r.variants) AS g (id uuid, sku text)
), taken AS MATERIALIZED (
    SELECT id, min(sku) AS sku FROM sku WHERE is_taken GROUP BY id
)
SELECT p.version, p.status, p.options, coalesce(t.id, p.product_type_id) AS product_type_id,
       v.id AS variant, c.id AS category_id, t.id AS type_id,
       EXISTS (SELECT 1 FROM product o WHERE o.slug = r.slug AND o.id <> r.id)
       OR (r.slug IS NOT NULL AND count(*) OVER (PARTITION BY r.slug) > 1) AS is_slug_taken,
       count(*) OVER (PARTITION BY r.id) > 1 AS is_twice,
       s.sku AS sku_taken,
       p.attributes
  FROM r
  LEFT JOIN product p ON p.id = r.id AND p.deleted_at IS NULL
  LEFT JOIN variant v ON v.product_id = p.id AND v.is_default
  LEFT JOIN category c ON c.slug = r.category
  LEFT JOIN product_type t ON t.code = r.type
  LEFT JOIN taken s ON s.id = r.id
 ORDER BY r.place;

-- name: product_rows_insert :exec
-- A slug that was made from the name gives way to one that is taken.
WITH r AS (
    SELECT *, row_number() OVER (PARTITION BY slug ORDER BY slug_is_made, place) AS turn
      FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (
           id uuid, slug text, slug_is_made boolean, name text, description text, brand text, status text,
           category_id uuid, product_type_id uuid, attributes jsonb, images jsonb, options jsonb,
           publish_at timestamptz, unpublish_at timestamptz, seo_title text, seo_description text,
           metadata jsonb, private_metadata jsonb)) WITH ORDINALITY
           AS r (id, slug, slug_is_made, name, description, brand, status, category_id, product_type_id,
           attributes, images, options, publish_at, unpublish_at, seo_title, seo_description,
           metadata, private_metadata, place)
)
INSERT INTO product (id, slug, name, description, brand, status, category_id, product_type_id,
                     attributes, images, options, publish_at, unpublish_at, seo_title, seo_description,
                     metadata, private_metadata)
SELECT id, CASE WHEN slug_is_made AND (turn > 1 OR EXISTS (SELECT 1 FROM product o WHERE o.slug = r.slug))
                THEN slug || '-' || right(id::text, 8) ELSE slug END,
       name, coalesce(description, ''), coalesce(brand, ''), coalesce(status, 'draft'), category_id,
       product_type_id, coalesce(attributes, '{}'), coalesce(images, '[]'), coalesce(options, '[]'),
       publish_at, unpublish_at, coalesce(seo_title, ''), coalesce(seo_description, ''),
       coalesce(metadata, '{}'), coalesce(private_metadata, '{}')
  FROM r ORDER BY place;

-- name: product_rows_update :exec
-- What a row does not have stays. Variants follow the options.
WITH r AS (
    SELECT e.r, (e.r ->> 'id')::uuid AS id, e.r -> 'options' AS options
      FROM jsonb_array_elements($1::jsonb) AS e (r)
), fitted AS (
    UPDATE variant v SET options = options_filled(r.options, v.options),
           name = options_name(r.options, options_filled(r.options, v.options)),
           version = v.version + 1, updated_at = now()
      FROM r WHERE v.product_id = r.id AND v.deleted_at IS NULL AND r.options IS NOT NULL
       AND (v.options, v.name) IS DISTINCT FROM (options_filled(r.options, v.options),
            options_name(r.options, options_filled(r.options, v.options)))
)
UPDATE product p SET
       slug = coalesce(r ->> 'slug', p.slug), name = coalesce(r ->> 'name', p.name),
       description = coalesce(r ->> 'description', p.description), brand = coalesce(r ->> 'brand', p.brand),
       status = coalesce(r ->> 'status', p.status), attributes = coalesce(r -> 'attributes', p.attributes),
       images = coalesce(r -> 'images', p.images), options = coalesce(r.options, p.options),
       category_id = CASE WHEN r ? 'category_id' THEN (r ->> 'category_id')::uuid ELSE p.category_id END,
       product_type_id = CASE WHEN r ? 'product_type_id' THEN (r ->> 'product_type_id')::uuid
                              ELSE p.product_type_id END,
       publish_at = CASE WHEN r ? 'publish_at' THEN (r ->> 'publish_at')::timestamptz ELSE p.publish_at END,
       unpublish_at = CASE WHEN r ? 'unpublish_at' THEN (r ->> 'unpublish_at')::timestamptz
                           ELSE p.unpublish_at END,
       seo_title = coalesce(r ->> 'seo_title', p.seo_title),
       seo_description = coalesce(r ->> 'seo_description', p.seo_description),
       metadata = coalesce(r -> 'metadata', p.metadata),
       private_metadata = coalesce(r -> 'private_metadata', p.private_metadata),
       updated_at = now(), version = p.version + 1
  FROM r WHERE p.id = r.id;

-- name: product_rows_lack :many readonly
-- What those of $1 that are published should have and have not.
SELECT p.id, to_json(product_lacks(p.id)) AS lacks
  FROM product p
 WHERE p.id = ANY ($1::uuid[]) AND p.status = 'published' AND cardinality(product_lacks(p.id)) > 0;

-- name: product_rows_tell :exec
-- An event for each of the products $2; ids $1.
INSERT INTO outbox (event_id, topic, aggregate, aggregate_id, data)
SELECT g.event, g.topic, 'product', g.product, '{}'
  FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS g (event, product, topic);

-- name: product_turn :one
-- Refreshes the next $1 products whose time has come; gives how many.
WITH due AS (
    SELECT product_id, at FROM product_turn WHERE at <= now()
     ORDER BY at LIMIT $1::bigint FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM product_turn t USING due WHERE (t.product_id, t.at) = (due.product_id, due.at)
    RETURNING t.product_id
), seen AS MATERIALIZED (
    SELECT array_agg(DISTINCT product_id) AS ids, count(*) AS count FROM gone
)
SELECT count, CASE WHEN count > 0 THEN listing_refresh(ids)::text END FROM seen;

-- name: product_delete :exec
-- The slug and the SKU become free; what was sold keeps its snapshot.
WITH gone AS (
    UPDATE product SET deleted_at = now(), updated_at = now(), version = version + 1,
           slug_before = slug, slug = 'deleted-' || id, source = NULL, source_key = NULL
     WHERE id = $1 RETURNING id)
UPDATE variant v SET sku_before = v.sku, sku = 'deleted-' || v.id
  FROM gone WHERE v.product_id = gone.id AND v.deleted_at IS NULL;

-- name: product_gone_lock :maybe
-- Whether it is deleted, and a SKU that it had and that another has now.
SELECT p.deleted_at IS NOT NULL,
       (SELECT min(v.sku_before) FROM variant v JOIN variant o ON o.sku = v.sku_before
         WHERE v.product_id = p.id)
  FROM product p WHERE p.id = $1 FOR UPDATE;

-- name: product_rename_back :exec
-- Before it is back, so that no redirect leads from the name it had meanwhile.
-- A slug that is taken is told apart; attributes that its type does not allow
-- any more stay away.
UPDATE product p SET status = 'draft', slug_before = NULL,
       slug = CASE WHEN EXISTS (SELECT 1 FROM product o WHERE o.slug = p.slug_before)
                   THEN left(p.slug_before, 80) || '-' || right(p.id::text, 8)
                   ELSE coalesce(p.slug_before, 'restored-' || p.id) END,
       attributes = CASE WHEN p.product_type_id IS NULL THEN p.attributes ELSE coalesce((
           SELECT jsonb_object_agg(e.key, e.value)
             FROM jsonb_each(p.attributes) AS e
             JOIN attribute a ON a.code = e.key
             JOIN product_type_attribute t ON t.attribute_id = a.id AND t.product_type_id = p.product_type_id
            WHERE jsonb_typeof(e.value) = CASE a.kind WHEN 'number' THEN 'number'
                                          WHEN 'boolean' THEN 'boolean' ELSE 'string' END
              AND (a.kind NOT IN ('choice', 'colour') OR a.tails ? (e.value #>> '{}'))), '{}') END
 WHERE id = $1;

-- name: product_restore :exec
WITH back AS (
    UPDATE product SET deleted_at = NULL, updated_at = now(), version = version + 1
     WHERE id = $1 RETURNING id)
UPDATE variant v SET sku = coalesce(v.sku_before, v.sku), sku_before = NULL
  FROM back WHERE v.product_id = back.id AND v.deleted_at IS NULL;

-- name: slug_now :one readonly
-- What an object of kind $1 that was once called $2 is called now.
SELECT slug_now($1, $2);
