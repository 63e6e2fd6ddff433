-- listing.sql - lists of products that are filtered, through the documents of
-- the search.

-- name: product_filtered :page readonly
-- $1 to $6 as search_page has them: the search, its terms, the chosen facets,
-- the currency. $7 the slug of the category, $8 of the collection, $9 what
-- "sku", $10 what "sku__in" says, $11 whether all hits must be read (an order
-- without an index, the last page), $12 the facets, for the last row, that
-- tells of all.
--
-- Two of 256 parts of all documents tell how many the index of words leaves,
-- and how many the filters leave of these. Few of words: all are read by that
-- index. Many hits: the page is cut from the index of its order, and the count
-- is that of a sample. Many of words, few hits: what is filtered by price, day
-- or rating is read by the index of the place.
WITH asked AS MATERIALIZED (
    SELECT a.place, CASE WHEN k.codes IS NULL THEN m.must WHEN m.must = '*'::tsquery THEN k.codes
                         ELSE m.must && k.codes END AS must
      FROM search_asked($1, $2::text[], $3::text[], $4::text[], $5::text[], $6) a
      -- That all have a '*' need not be asked where more is.
     CROSS JOIN LATERAL (SELECT CASE WHEN starts_with(a.must::text, '''*'' & ') THEN substr(a.must::text, 7)::tsquery
                                     ELSE a.must END AS must) m
     CROSS JOIN LATERAL (SELECT CASE WHEN $9::text[] IS NULL THEN i.codes WHEN $10::text[] IS NULL THEN o.codes
                                     ELSE i.codes && o.codes END AS codes
                           FROM (SELECT string_agg(search_code(c)::text, '|')::tsquery AS codes
                                   FROM unnest($9::text[]) c) o,
                                (SELECT string_agg(search_code(c)::text, '|')::tsquery AS codes
                                   FROM unnest($10::text[]) c) i) k
), place AS MATERIALIZED (
    SELECT CASE WHEN $8::text IS NOT NULL THEN (SELECT id FROM collection WHERE slug = $8 AND is_published)
                WHEN $7::text IS NOT NULL THEN (SELECT id FROM category WHERE slug = $7)
                ELSE '00000000-0000-0000-0000-000000000000'::uuid END AS id
), probe AS MATERIALIZED (
    SELECT count(*) AS of_words, count(*) FILTER (WHERE true [[filters]]) AS of_all
      FROM (SELECT *, prices[(SELECT place FROM asked)] AS price FROM search_document) d
     WHERE d.words @@ ((SELECT must FROM asked) && '''~0'' | ''~1'''::tsquery)
       AND d.price IS NOT NULL
), reach AS MATERIALIZED (
    SELECT CASE WHEN p.of_words <= 24 OR $11::boolean OR (p.of_words <= 60 AND p.of_all <= 24) THEN 'words'
                WHEN p.of_all > 24 THEN 'order' ELSE 'range' END AS by,
           r.parts, r.sample
      FROM probe p CROSS JOIN LATERAL search_reach(p.of_all) r
), found AS MATERIALIZED (
    SELECT d.product_id, d.price, d.popularity, d.rating, d.created_at
      FROM (SELECT *, prices[(SELECT place FROM asked)] AS price FROM search_document) d
     WHERE d.words @@ (SELECT must FROM asked WHERE (SELECT by = 'words' FROM reach))
       AND d.price IS NOT NULL [[filters]]
    UNION ALL
    SELECT d.product_id, d.price, d.popularity, d.rating, d.created_at
      FROM (SELECT l.product_id, l.price, l.popularity, l.rating, l.created_at, s.in_stock
              FROM listing l
             CROSS JOIN LATERAL (SELECT in_stock FROM search_document
                                  WHERE product_id = l.product_id AND words @@ (SELECT must FROM asked)
                                 OFFSET 0) s
             WHERE l.category_id = (SELECT id FROM place WHERE (SELECT by = 'range' FROM reach))
               AND l.currency = $6) d
     WHERE true [[filters]]
), page AS MATERIALIZED (
    (SELECT h.product_id, h.price, h.popularity, h.rating, h.created_at
       FROM found h WHERE true [[after]]
      ORDER BY [[order]] [[page]])
    UNION ALL
    (SELECT h.product_id, h.price, h.popularity, h.rating, h.created_at
       FROM listing h
      -- Apart, so that no other index than that of the order is read.
      CROSS JOIN LATERAL (SELECT FROM (SELECT s.product_id, s.words, s.in_stock, h.price, h.popularity, h.rating,
                                              h.created_at FROM search_document s) d
                           WHERE d.product_id = h.product_id AND d.words @@ (SELECT must FROM asked) [[filters]]
                          OFFSET 0) d
      WHERE h.category_id = (SELECT id FROM place WHERE (SELECT by = 'order' FROM reach))
        AND h.currency = $6 [[after]]
      ORDER BY [[order]] [[page]])
), total AS MATERIALIZED (
    SELECT CASE WHEN r.by <> 'order' THEN (SELECT count(*) FROM found)
                ELSE (SELECT count(*) * 256 / (SELECT parts FROM reach)
                        FROM (SELECT *, prices[(SELECT place FROM asked)] AS price FROM search_document) d
                       WHERE d.words @@ ((SELECT must FROM asked) && (SELECT sample FROM reach))
                         AND d.price IS NOT NULL [[filters]]) END AS count,
           r.by = 'order' AS is_estimate
      FROM reach r
)
SELECT h.product_id AS id, k.slug, k.name, k.brand, k.category, k.sku, h.price, l.price_max,
       l.compare_at_amount AS compare_at_price, $6 AS currency, k.in_stock, k.image, k.variant_count,
       k.rating_average, k.rating_count, h.created_at
       [[expand:description]], (SELECT p.description FROM product p
                                 WHERE p.id = h.product_id) AS description [[end]]
       [[expand:breadcrumbs]], coalesce((SELECT json_agg(json_build_object('id', a.id, 'slug', a.slug, 'name', a.name)
                                                         ORDER BY cardinality(a.lineage))
                                           FROM category a
                                          WHERE a.id = ANY ((SELECT c.lineage FROM category c
                                                              WHERE c.slug = k.category)::uuid[])), '[]') AS breadcrumbs [[end]]
       [[expand:variants]], (SELECT json_agg(json_build_object(
               'id', v.id, 'name', v.name, 'sku', v.sku, 'options', v.options,
               'price', money_text(pr.amount, $6),
               'compare_at_price', money_text(pr.compare_at_amount, $6), 'currency', $6,
               'in_stock', coalesce((SELECT true FROM stock s WHERE s.variant_id = v.id
                   AND s.on_hand - s.allocated - s.reserved - s.safety + s.backorder_limit > 0 LIMIT 1), false))
                                              ORDER BY v.position, v.id)
          FROM variant v LEFT JOIN price pr ON pr.variant_id = v.id AND pr.currency = $6
         WHERE v.product_id = h.product_id AND v.is_active AND v.deleted_at IS NULL) AS variants [[end]]
       [[expand:media]], media_json(h.product_id) AS media [[end]]
       [[count]], (SELECT t.count FROM total t WHERE h.is_tail) AS total_count,
                  (SELECT t.count FROM total t WHERE h.is_tail) AS reach [[end]],
       CASE WHEN false [[count]] OR (SELECT t.is_estimate FROM total t WHERE h.is_tail) [[end]]
            THEN 'true' END AS is_estimate,
       CASE WHEN h.is_tail THEN $12::text END AS facets [[cursor]]
  FROM (SELECT *, false AS is_tail FROM page
        UNION ALL
        SELECT NULL, NULL, NULL, NULL, NULL, true) h
  LEFT JOIN LATERAL (SELECT * FROM card WHERE product_id = h.product_id LIMIT 1) k ON true
  LEFT JOIN LATERAL (SELECT price_max, compare_at_amount FROM listing
                      WHERE product_id = h.product_id AND currency = $6
                        AND category_id = '00000000-0000-0000-0000-000000000000' LIMIT 1) l ON true
 ORDER BY h.is_tail, [[order]];

-- name: product_ranged :page readonly
-- A place ($7 the slug of a category, $8 of a collection), filtered by one
-- column of listing alone: price, rating or day. $1 to $6 as above. $9 whether
-- that is the column of the order, too: its index then gives the page.
--
-- Up to 10,000 hits are counted in the index of the filter, which touches
-- little else; of more, the first eight of 256 parts of the documents tell. By
-- another order the page is cut from that order's index where it passes over
-- fewer rows than the range has: products * 20 / hits of them.
WITH place AS MATERIALIZED (
    SELECT CASE WHEN $8::text IS NOT NULL THEN (SELECT id FROM collection WHERE slug = $8 AND is_published)
                WHEN $7::text IS NOT NULL THEN (SELECT id FROM category WHERE slug = $7)
                ELSE '00000000-0000-0000-0000-000000000000'::uuid END AS id
), counted AS MATERIALIZED (
    SELECT count(*) AS hits
      FROM (SELECT FROM listing d WHERE d.category_id = (SELECT id FROM place) AND d.currency = $6 [[filters]]
             LIMIT 10001) d
), reach AS MATERIALIZED (
    SELECT CASE WHEN $9::boolean THEN 'both'
                WHEN c.hits * c.hits > 20 * coalesce((SELECT n.products FROM listing_count n
                                                       WHERE n.category_id = (SELECT id FROM place) AND n.currency = $6), 0)
                THEN 'order' ELSE 'range' END AS by,
           c.hits > 10000 AS is_estimate
      FROM counted c
), found AS MATERIALIZED (
    SELECT d.product_id, d.price, d.popularity, d.rating, d.created_at
      FROM listing d
     WHERE d.category_id = (SELECT id FROM place WHERE (SELECT by = 'range' FROM reach)) AND d.currency = $6 [[filters]]
), page AS MATERIALIZED (
    (SELECT h.product_id, h.price, h.popularity, h.rating, h.created_at
       FROM found h WHERE true [[after]]
      ORDER BY [[order]] [[page]])
    UNION ALL
    (SELECT h.product_id, h.price, h.popularity, h.rating, h.created_at
       FROM listing h
      CROSS JOIN LATERAL (SELECT FROM (SELECT h.price, h.rating, h.created_at) d WHERE true [[filters]] OFFSET 0) d
      WHERE h.category_id = (SELECT id FROM place WHERE (SELECT by = 'order' FROM reach)) AND h.currency = $6 [[after]]
      ORDER BY [[order]] [[page]])
    UNION ALL
    (SELECT h.product_id, h.price, h.popularity, h.rating, h.created_at
       FROM listing h
      CROSS JOIN LATERAL (SELECT h.price, h.rating, h.created_at) d
      WHERE h.category_id = (SELECT id FROM place WHERE (SELECT by = 'both' FROM reach)) AND h.currency = $6
            [[filters]] [[after]]
      ORDER BY [[order]] [[page]])
), asked AS MATERIALIZED (
    SELECT a.place, a.must && '''~0'' | ''~1'' | ''~2'' | ''~3'' | ''~4'' | ''~5'' | ''~6'' | ''~7'''::tsquery AS sample
      FROM search_asked($1, $2::text[], $3::text[], $4::text[], $5::text[], $6) a
), total AS MATERIALIZED (
    SELECT CASE WHEN NOT r.is_estimate THEN (SELECT hits FROM counted)
                ELSE greatest(10001, (SELECT count(*) * 32
                        FROM (SELECT *, prices[(SELECT place FROM asked)] AS price FROM search_document) d
                       WHERE d.words @@ (SELECT sample FROM asked) AND d.price IS NOT NULL [[filters]])) END AS count,
           r.is_estimate
      FROM reach r
)
SELECT h.product_id AS id, k.slug, k.name, k.brand, k.category, k.sku, h.price, l.price_max,
       l.compare_at_amount AS compare_at_price, $6 AS currency, k.in_stock, k.image, k.variant_count,
       k.rating_average, k.rating_count, h.created_at
       [[expand:description]], (SELECT p.description FROM product p
                                 WHERE p.id = h.product_id) AS description [[end]]
       [[expand:breadcrumbs]], coalesce((SELECT json_agg(json_build_object('id', a.id, 'slug', a.slug, 'name', a.name)
                                                         ORDER BY cardinality(a.lineage))
                                           FROM category a
                                          WHERE a.id = ANY ((SELECT c.lineage FROM category c
                                                              WHERE c.slug = k.category)::uuid[])), '[]') AS breadcrumbs [[end]]
       [[expand:variants]], (SELECT json_agg(json_build_object(
               'id', v.id, 'name', v.name, 'sku', v.sku, 'options', v.options,
               'price', money_text(pr.amount, $6),
               'compare_at_price', money_text(pr.compare_at_amount, $6), 'currency', $6,
               'in_stock', coalesce((SELECT true FROM stock s WHERE s.variant_id = v.id
                   AND s.on_hand - s.allocated - s.reserved - s.safety + s.backorder_limit > 0 LIMIT 1), false))
                                              ORDER BY v.position, v.id)
          FROM variant v LEFT JOIN price pr ON pr.variant_id = v.id AND pr.currency = $6
         WHERE v.product_id = h.product_id AND v.is_active AND v.deleted_at IS NULL) AS variants [[end]]
       [[count]], (SELECT t.count FROM total t WHERE h.is_tail) AS total_count,
                  (SELECT t.count FROM total t WHERE h.is_tail) AS reach [[end]],
       CASE WHEN false [[count]] OR (SELECT t.is_estimate FROM total t WHERE h.is_tail) [[end]]
            THEN 'true' END AS is_estimate,
       CASE WHEN h.is_tail THEN NULL::text END AS facets [[cursor]]
  FROM (SELECT *, false AS is_tail FROM page
        UNION ALL
        SELECT NULL, NULL, NULL, NULL, NULL, true) h
  LEFT JOIN LATERAL (SELECT * FROM card WHERE product_id = h.product_id LIMIT 1) k ON true
  LEFT JOIN LATERAL (SELECT price_max, compare_at_amount FROM listing
                      WHERE product_id = h.product_id AND currency = $6
                        AND category_id = '00000000-0000-0000-0000-000000000000' LIMIT 1) l ON true
 ORDER BY h.is_tail, [[order]];
