-- search.sql - finding products, and counting what they have in common.

-- name: search_page :page readonly slow
-- $1 what was given, $2 its terms, $3 to $5 the chosen facets (see
-- search_asked()), $6 the currency, $7 whether relevance orders, $8 whether
-- anything is chosen or filtered by a part, $9 to $11 the chosen price range,
-- least rating and stock.
--
-- Two of 256 parts of all documents tell how many hits there are. Some 1,500
-- or less are read whole: all is exact. Of more, a sample is counted, and the
-- page is cut from the most popular and that sample by relevance, or from the
-- index of its order.
WITH asked AS MATERIALIZED (
    SELECT * FROM search_asked($1, $2::text[], $3::text[], $4::text[], $5::text[], $6)
), reach AS MATERIALIZED (
    SELECT r.sample, r.parts, r.best, r.sample IS NOT NULL AS is_broad,
           CASE WHEN a.wide IS NULL THEN r.sample ELSE w.sample END AS wide_sample,
           CASE WHEN a.wide IS NULL THEN r.parts ELSE w.parts END AS wide_parts
      FROM asked a
     CROSS JOIN LATERAL (
            SELECT count(*) AS n
              FROM (SELECT *, prices[(SELECT place FROM asked)] AS price FROM search_document) d
             WHERE d.words @@ ((SELECT must FROM asked) && '''~0'' | ''~1'''::tsquery)
               AND d.price IS NOT NULL [[filters]]) m
     CROSS JOIN LATERAL search_reach(m.n) r
      LEFT JOIN LATERAL (
            SELECT count(*) AS n
              FROM (SELECT *, prices[(SELECT place FROM asked)] AS price FROM search_document) d
             WHERE $8::boolean
               AND d.words @@ (coalesce((SELECT wide FROM asked), (SELECT must FROM asked))
                               && '''~0'' | ''~1'''::tsquery)
               AND d.price IS NOT NULL [[apart]]) v ON true
     CROSS JOIN LATERAL search_reach(v.n) w
), hit AS MATERIALIZED (
    -- What pages show: all, or what may come first by relevance.
    SELECT d.product_id, d.price, d.popularity, d.rating, d.created_at, d.facets, d.in_stock,
           coalesce(d.words @@ (SELECT sample FROM reach), true) AS is_sampled,
           CASE WHEN d.words @@ (SELECT exact FROM asked) THEN -1000
                WHEN $7::boolean THEN - coalesce(ts_rank('{0.05, 0.3, 0.6, 1}', d.words, (SELECT words FROM asked)), 1)
                                      * (1 + ln(1 + d.popularity) / 20)
                ELSE 0 END AS distance
      FROM (SELECT *, prices[(SELECT place FROM asked)] AS price FROM search_document) d
     WHERE d.words @@ (SELECT CASE WHEN NOT r.is_broad THEN a.must
                                   WHEN $7::boolean THEN a.must && coalesce(r.best || r.sample, r.sample)
                                   ELSE a.must && r.sample END
                         FROM asked a, reach r)
       AND d.price IS NOT NULL [[filters]]
     LIMIT 5000
), page AS MATERIALIZED (
    (SELECT h.product_id, h.price, h.popularity, h.rating, h.created_at, h.distance
       FROM hit h
      WHERE (SELECT NOT is_broad FROM reach) OR $7::boolean
      ORDER BY [[order]] [[page]])
    UNION ALL
    (SELECT h.product_id, h.price, h.popularity, h.rating, h.created_at, h.distance
       FROM (SELECT l.*, 0::double precision AS distance FROM listing l
              WHERE l.category_id = '00000000-0000-0000-0000-000000000000' AND l.currency = $6) h
       JOIN (SELECT *, prices[(SELECT place FROM asked)] AS price FROM search_document) d
         ON d.product_id = h.product_id
      WHERE (SELECT is_broad FROM reach) AND NOT $7::boolean
        AND d.words @@ (SELECT must FROM asked) [[filters]]
      ORDER BY [[order]] [[page]])
), seen AS MATERIALIZED (
    -- What is counted, and the one group, if any, by which it is left out of
    -- the page: -1 its price, -2 its rating, -3 its stock.
    SELECT h.facets, h.price, h.rating, h.in_stock, 0 AS out_of
      FROM hit h
     WHERE NOT $8::boolean AND h.is_sampled
    UNION ALL
    SELECT d.facets, d.price, d.rating, d.in_stock,
           (SELECT CASE sum(misses::int) WHEN 0 THEN 0 WHEN 1 THEN sum(misses::int * which) END
              FROM (VALUES (NOT (true [[part:1]]), -1), (NOT (true [[part:2]]), -2),
                           (NOT (true [[part:3]]), -3),
                           (NOT d.facets && (SELECT ids1 FROM asked), (SELECT group1 FROM asked)),
                           (NOT d.facets && (SELECT ids2 FROM asked), (SELECT group2 FROM asked)),
                           (NOT d.facets && (SELECT ids3 FROM asked), (SELECT group3 FROM asked)),
                           (NOT d.facets && (SELECT ids4 FROM asked), (SELECT group4 FROM asked))
                   ) AS m (misses, which))
      FROM (SELECT *, prices[(SELECT place FROM asked)] AS price FROM search_document) d
     WHERE $8::boolean
       AND d.words @@ (SELECT coalesce(coalesce(a.wide, a.must) && r.wide_sample, a.wide, a.must)
                         FROM asked a, reach r)
       AND d.price IS NOT NULL [[apart]]
), counted AS MATERIALIZED (
    SELECT t.id, t.n
      FROM (SELECT c.id, c.n, row_number() OVER (PARTITION BY c.id >> 22 ORDER BY c.n DESC, c.id) AS place
              FROM (SELECT f AS id, count(*) AS n FROM seen s, unnest(s.facets) f
                     WHERE s.out_of = 0 OR s.out_of = f >> 22 GROUP BY f) c) t
     WHERE t.place <= 10 OR t.id = ANY ((SELECT chosen FROM asked)::int[])
    UNION ALL
    SELECT c, 0 FROM unnest((SELECT chosen FROM asked)) c
     WHERE NOT EXISTS (SELECT 1 FROM seen s WHERE c = ANY (s.facets)
                                          AND (s.out_of = 0 OR s.out_of = c >> 22))
), steps AS MATERIALIZED (
    -- 10, 25, 50, 100 ... of the currency.
    SELECT array_agg((m * e * 10 ^ currency_exponent($6))::bigint ORDER BY m * e) AS at
      FROM unnest('{1, 2.5, 5}'::double precision[]) m, unnest('{10, 100, 1000, 10000}'::int[]) e
), plain AS MATERIALIZED (
    SELECT 3 AS position, 'price' AS code, 'Price' AS label, 'range' AS kind, p.step AS rank,
           money_text(CASE p.step WHEN 0 THEN 0 ELSE (SELECT at[p.step] FROM steps) END, $6) || ','
           || money_text(coalesce((SELECT at[p.step + 1] FROM steps), 100000000000000) - 1, $6) AS value, p.n
      FROM (SELECT width_bucket(s.price, (SELECT at FROM steps)) AS step, count(*) AS n
              FROM seen s WHERE s.out_of IN (0, -1) GROUP BY 1) p
    UNION ALL
    SELECT 4, 'rating', 'Rating', 'least', -v.stars, v.stars::text, v.n
      FROM (SELECT count(*) FILTER (WHERE s.rating >= 400) AS n4, count(*) FILTER (WHERE s.rating >= 300) AS n3,
                   count(*) FILTER (WHERE s.rating >= 200) AS n2, count(*) FILTER (WHERE s.rating >= 100) AS n1
              FROM seen s WHERE s.out_of IN (0, -2)) c
     CROSS JOIN LATERAL (VALUES (4, c.n4), (3, c.n3), (2, c.n2), (1, c.n1)) AS v (stars, n)
     WHERE v.n > 0
    UNION ALL
    SELECT 5, 'in_stock', 'In stock', 'boolean', CASE WHEN c.in_stock THEN 0 ELSE 1 END, c.in_stock::text, c.n
      FROM (SELECT s.in_stock, count(*) AS n FROM seen s WHERE s.out_of IN (0, -3) GROUP BY 1) c
), groups AS MATERIALIZED (
    SELECT g.position, g.code, g.label, g.kind,
           json_agg(CASE WHEN f.colour IS NULL
                    THEN json_build_object('value', f.value, 'label', f.label, 'count', e.n,
                                           'is_selected', f.id = ANY ((SELECT chosen FROM asked)::int[]))
                    ELSE json_build_object('value', f.value, 'label', f.label, 'count', e.n,
                                           'is_selected', f.id = ANY ((SELECT chosen FROM asked)::int[]),
                                           'colour', f.colour) END
                    ORDER BY e.n DESC, f.label) AS values
      FROM (SELECT c.id, round(c.n * 256.0 / (SELECT wide_parts FROM reach))::bigint AS n FROM counted c) e
      JOIN facet f ON f.id = e.id
      JOIN facet_group g ON g.id = f.group_id
     GROUP BY g.id
    UNION ALL
    SELECT p.position, p.code, p.label, p.kind,
           json_agg(json_build_object('value', p.value, 'label',
                    CASE p.code WHEN 'price' THEN replace(p.value, ',', ' - ') WHEN 'rating' THEN p.value || ' and up'
                                ELSE CASE p.value WHEN 'true' THEN 'Yes' ELSE 'No' END END,
                    'count', round(p.n * 256.0 / (SELECT wide_parts FROM reach))::bigint,
                    'is_selected', coalesce(p.value = CASE p.code WHEN 'price' THEN $9::text
                                            WHEN 'rating' THEN $10::text ELSE $11::text END, false)) ORDER BY p.rank)
      FROM plain p GROUP BY 1, 2, 3, 4
)
(SELECT h.product_id AS id, k.slug, k.name, k.brand, k.category, k.sku, h.price, l.price_max,
        l.compare_at_amount AS compare_at_price, $6 AS currency, k.in_stock, k.image, k.variant_count,
        k.rating_average, k.rating_count, h.created_at,
        NULL::bigint AS total_count, NULL::bigint AS reach, NULL::text AS is_estimate, NULL::text AS corrected,
        NULL::text AS did_you_mean, NULL::text AS facets
   FROM page h
  CROSS JOIN LATERAL (SELECT * FROM card WHERE product_id = h.product_id LIMIT 1) k
  CROSS JOIN LATERAL (SELECT price_max, compare_at_amount FROM listing
                       WHERE product_id = h.product_id AND currency = $6
                         AND category_id = '00000000-0000-0000-0000-000000000000' LIMIT 1) l
  ORDER BY [[order]])
UNION ALL
SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
       CASE WHEN r.is_broad THEN t.sampled * 256 / r.parts ELSE t.n END,
       CASE WHEN r.is_broad AND NOT $7::boolean THEN least(t.sampled * 256 / r.parts, 1000) ELSE t.n END,
       r.is_broad::text, to_json(a.meant)::text,
       CASE WHEN a.is_mended THEN to_json(a.meant)::text END,
       coalesce((SELECT json_agg(json_build_object('group', g.code, 'label', g.label,
                'kind', g.kind, 'is_estimate', r.wide_sample IS NOT NULL, 'values', g.values)
                ORDER BY g.position, g.label) FROM groups g), '[]')::text
  FROM asked a, reach r, (SELECT count(*) AS n, count(*) FILTER (WHERE is_sampled) AS sampled FROM hit) t;

-- name: search_plain :page readonly slow
-- Without counts of facets: $1 what was given, $2 its terms, $3 to $5 the
-- chosen facets, $6 the currency, $7 whether relevance orders.
--
-- One of 128 parts of all documents tells how many hits there are. Some 600 are
-- all read, and all is exact. Of more, a sample of one to four hundred tells the
-- count; with what sells best it is ranked by relevance, up to some 3,000 also
-- with those that are called so, if they are few. Each of these has an index of its own, and a
-- part of this statement.
WITH asked AS MATERIALIZED (
    SELECT * FROM search_asked($1, $2::text[], $3::text[], $4::text[], $5::text[], $6)
), reach AS MATERIALIZED (
    SELECT CASE WHEN m.n <= 5 THEN 256 WHEN m.n <= 25 THEN 32 WHEN m.n <= 100 THEN 8 ELSE 2 END AS parts,
           a.must, a.words, m.named, a.meant, a.is_mended
      FROM asked a
     CROSS JOIN LATERAL (
            SELECT count(*) AS n,
                   count(*) FILTER (WHERE ts_filter(d.words, '{a,b}') @@ (SELECT words FROM asked)) AS named
              FROM (SELECT *, prices[(SELECT place FROM asked)] AS price FROM search_document) d
             WHERE d.words @@ (SELECT must FROM asked) AND d.part < 2
               AND d.price IS NOT NULL [[filters]]) m
), hit AS MATERIALIZED (
    SELECT u.product_id, u.price, u.popularity, u.rating, u.created_at, u.is_sampled,
           CASE WHEN u.words @@ (SELECT exact FROM asked) THEN -1000
                WHEN $7::boolean THEN - coalesce(ts_rank('{0.05, 0.3, 0.6, 1}', u.words, (SELECT words FROM asked)), 1)
                                      * (1 + ln(1 + u.popularity) / 20)
                ELSE 0 END AS distance
      FROM (
            SELECT d.product_id, d.words, d.price, d.popularity, d.rating, d.created_at, true AS is_sampled
              FROM (SELECT *, prices[(SELECT place FROM asked)] AS price FROM search_document) d
             WHERE d.words @@ (SELECT must FROM reach WHERE parts = 256)
               AND d.price IS NOT NULL [[filters]]
            UNION ALL
            SELECT d.product_id, d.words, d.price, d.popularity, d.rating, d.created_at, true AS is_sampled
              FROM (SELECT *, prices[(SELECT place FROM asked)] AS price FROM search_document) d
             WHERE d.words @@ (SELECT must FROM reach WHERE parts = 32)
               AND d.part < 32 AND d.price IS NOT NULL [[filters]]
            UNION ALL
            SELECT d.product_id, d.words, d.price, d.popularity, d.rating, d.created_at, true AS is_sampled
              FROM (SELECT *, prices[(SELECT place FROM asked)] AS price FROM search_document) d
             WHERE d.words @@ (SELECT must FROM reach WHERE parts = 8)
               AND d.part < 8 AND d.price IS NOT NULL [[filters]]
            UNION ALL
            SELECT d.product_id, d.words, d.price, d.popularity, d.rating, d.created_at, true AS is_sampled
              FROM (SELECT *, prices[(SELECT place FROM asked)] AS price FROM search_document) d
             WHERE d.words @@ (SELECT must FROM reach WHERE parts = 2)
               AND d.part < 2 AND d.price IS NOT NULL [[filters]]
            UNION ALL
            SELECT d.product_id, d.words, d.price, d.popularity, d.rating, d.created_at, false AS is_sampled
              FROM (SELECT *, prices[(SELECT place FROM asked)] AS price FROM search_document) d
             WHERE d.words @@ (SELECT must FROM reach WHERE parts IN (8, 32) AND $7::boolean)
               AND d.heat >= 1 AND d.part >= (SELECT parts FROM reach) AND d.price IS NOT NULL [[filters]]
            UNION ALL
            SELECT d.product_id, d.words, d.price, d.popularity, d.rating, d.created_at, false AS is_sampled
              FROM (SELECT *, prices[(SELECT place FROM asked)] AS price FROM search_document) d
             WHERE d.words @@ (SELECT must FROM reach WHERE parts = 2 AND $7::boolean)
               AND d.heat >= 2 AND d.part >= (SELECT parts FROM reach) AND d.price IS NOT NULL [[filters]]
            UNION ALL
            SELECT d.product_id, d.words, d.price, d.popularity, d.rating, d.created_at, false AS is_sampled
              FROM (SELECT *, prices[(SELECT place FROM asked)] AS price FROM search_document) d
             WHERE ts_filter(d.words, '{a,b}') @@ (SELECT words FROM reach WHERE parts = 32 AND named <= 4 AND $7::boolean)
               AND (d.words @@ (SELECT must FROM asked)) IS TRUE
               AND d.part >= 32 AND d.heat = 0 AND d.price IS NOT NULL [[filters]]
            OFFSET 0) u
), page AS MATERIALIZED (
    (SELECT h.product_id, h.price, h.popularity, h.rating, h.created_at, h.distance
       FROM hit h
      WHERE (SELECT parts = 256 FROM reach) OR $7::boolean
      ORDER BY [[order]] [[page]])
    UNION ALL
    (SELECT h.product_id, h.price, h.popularity, h.rating, h.created_at, h.distance
       FROM (SELECT l.*, 0::double precision AS distance FROM listing l
              WHERE l.category_id = '00000000-0000-0000-0000-000000000000' AND l.currency = $6) h
       JOIN (SELECT *, prices[(SELECT place FROM asked)] AS price FROM search_document) d
         ON d.product_id = h.product_id
      WHERE (SELECT parts < 256 FROM reach) AND NOT $7::boolean
        AND d.words @@ (SELECT must FROM asked) [[filters]]
      ORDER BY [[order]] [[page]])
)
(SELECT h.product_id AS id, k.slug, k.name, k.brand, k.category, k.sku, h.price, l.price_max,
        l.compare_at_amount AS compare_at_price, $6 AS currency, k.in_stock, k.image, k.variant_count,
        k.rating_average, k.rating_count, h.created_at,
        NULL::bigint AS total_count, NULL::bigint AS reach, NULL::text AS is_estimate, NULL::text AS corrected,
        NULL::text AS did_you_mean, NULL::text AS facets
   FROM page h
  CROSS JOIN LATERAL (SELECT * FROM card WHERE product_id = h.product_id LIMIT 1) k
  CROSS JOIN LATERAL (SELECT price_max, compare_at_amount FROM listing
                       WHERE product_id = h.product_id AND currency = $6
                         AND category_id = '00000000-0000-0000-0000-000000000000' LIMIT 1) l
  ORDER BY [[order]])
UNION ALL
SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
       t.sampled * 256 / r.parts,
       CASE WHEN r.parts < 256 AND NOT $7::boolean THEN least(t.sampled * 256 / r.parts, 1000) ELSE t.n END,
       (r.parts < 256)::text, to_json(r.meant)::text, CASE WHEN r.is_mended THEN to_json(r.meant)::text END,
       NULL
  FROM reach r, (SELECT count(*) AS n, count(*) FILTER (WHERE h.is_sampled) AS sampled
                   FROM hit h) t;

-- name: search_counted :page readonly slow
-- Nothing is chosen, and no filter has a part. The last row's facets hold what
-- is counted: how many of 256 parts it is of, then facets, prices, ratings
-- (doubled; odd: in stock) of each hit, side by side.
WITH asked AS MATERIALIZED (
    SELECT * FROM search_asked($1, $2::text[], $3::text[], $4::text[], $5::text[], $6)
), reach AS MATERIALIZED (
    SELECT CASE WHEN m.n <= 5 THEN 256 WHEN m.n <= 25 THEN 32 WHEN m.n <= 100 THEN 8 ELSE 2 END AS parts,
           a.must, a.words, m.named, a.meant, a.is_mended
      FROM asked a
     CROSS JOIN LATERAL (
            SELECT count(*) AS n,
                   count(*) FILTER (WHERE ts_filter(d.words, '{a,b}') @@ (SELECT words FROM asked)) AS named
              FROM (SELECT *, prices[(SELECT place FROM asked)] AS price FROM search_document) d
             WHERE d.words @@ (SELECT must FROM asked) AND d.part < 2
               AND d.price IS NOT NULL [[filters]]) m
), hit AS MATERIALIZED (
    SELECT u.product_id, u.price, u.popularity, u.rating, u.created_at, u.facets, u.in_stock, u.is_sampled,
           CASE WHEN u.words @@ (SELECT exact FROM asked) THEN -1000
                WHEN $7::boolean THEN - coalesce(ts_rank('{0.05, 0.3, 0.6, 1}', u.words, (SELECT words FROM asked)), 1)
                                      * (1 + ln(1 + u.popularity) / 20)
                ELSE 0 END AS distance
      FROM (
            SELECT d.product_id, d.words, d.price, d.popularity, d.rating, d.created_at, d.facets, d.in_stock, true AS is_sampled
              FROM (SELECT *, prices[(SELECT place FROM asked)] AS price FROM search_document) d
             WHERE d.words @@ (SELECT must FROM reach WHERE parts = 256)
               AND d.price IS NOT NULL [[filters]]
            UNION ALL
            SELECT d.product_id, d.words, d.price, d.popularity, d.rating, d.created_at, d.facets, d.in_stock, true AS is_sampled
              FROM (SELECT *, prices[(SELECT place FROM asked)] AS price FROM search_document) d
             WHERE d.words @@ (SELECT must FROM reach WHERE parts = 32)
               AND d.part < 32 AND d.price IS NOT NULL [[filters]]
            UNION ALL
            SELECT d.product_id, d.words, d.price, d.popularity, d.rating, d.created_at, d.facets, d.in_stock, true AS is_sampled
              FROM (SELECT *, prices[(SELECT place FROM asked)] AS price FROM search_document) d
             WHERE d.words @@ (SELECT must FROM reach WHERE parts = 8)
               AND d.part < 8 AND d.price IS NOT NULL [[filters]]
            UNION ALL
            SELECT d.product_id, d.words, d.price, d.popularity, d.rating, d.created_at, d.facets, d.in_stock, true AS is_sampled
              FROM (SELECT *, prices[(SELECT place FROM asked)] AS price FROM search_document) d
             WHERE d.words @@ (SELECT must FROM reach WHERE parts = 2)
               AND d.part < 2 AND d.price IS NOT NULL [[filters]]
            UNION ALL
            SELECT d.product_id, d.words, d.price, d.popularity, d.rating, d.created_at, d.facets, d.in_stock, false AS is_sampled
              FROM (SELECT *, prices[(SELECT place FROM asked)] AS price FROM search_document) d
             WHERE d.words @@ (SELECT must FROM reach WHERE parts IN (8, 32) AND $7::boolean)
               AND d.heat >= 1 AND d.part >= (SELECT parts FROM reach) AND d.price IS NOT NULL [[filters]]
            UNION ALL
            SELECT d.product_id, d.words, d.price, d.popularity, d.rating, d.created_at, d.facets, d.in_stock, false AS is_sampled
              FROM (SELECT *, prices[(SELECT place FROM asked)] AS price FROM search_document) d
             WHERE d.words @@ (SELECT must FROM reach WHERE parts = 2 AND $7::boolean)
               AND d.heat >= 2 AND d.part >= (SELECT parts FROM reach) AND d.price IS NOT NULL [[filters]]
            UNION ALL
            SELECT d.product_id, d.words, d.price, d.popularity, d.rating, d.created_at, d.facets, d.in_stock, false AS is_sampled
              FROM (SELECT *, prices[(SELECT place FROM asked)] AS price FROM search_document) d
             WHERE ts_filter(d.words, '{a,b}') @@ (SELECT words FROM reach WHERE parts = 32 AND named <= 4 AND $7::boolean)
               AND (d.words @@ (SELECT must FROM asked)) IS TRUE
               AND d.part >= 32 AND d.heat = 0 AND d.price IS NOT NULL [[filters]]
            OFFSET 0) u
), page AS MATERIALIZED (
    (SELECT h.product_id, h.price, h.popularity, h.rating, h.created_at, h.distance
       FROM hit h
      WHERE (SELECT parts = 256 FROM reach) OR $7::boolean
      ORDER BY [[order]] [[page]])
    UNION ALL
    (SELECT h.product_id, h.price, h.popularity, h.rating, h.created_at, h.distance
       FROM (SELECT l.*, 0::double precision AS distance FROM listing l
              WHERE l.category_id = '00000000-0000-0000-0000-000000000000' AND l.currency = $6) h
       JOIN (SELECT *, prices[(SELECT place FROM asked)] AS price FROM search_document) d
         ON d.product_id = h.product_id
      WHERE (SELECT parts < 256 FROM reach) AND NOT $7::boolean
        AND d.words @@ (SELECT must FROM asked) [[filters]]
      ORDER BY [[order]] [[page]])
)
(SELECT h.product_id AS id, k.slug, k.name, k.brand, k.category, k.sku, h.price, l.price_max,
        l.compare_at_amount AS compare_at_price, $6 AS currency, k.in_stock, k.image, k.variant_count,
        k.rating_average, k.rating_count, h.created_at,
        NULL::bigint AS total_count, NULL::bigint AS reach, NULL::text AS is_estimate, NULL::text AS corrected,
        NULL::text AS did_you_mean, NULL::text AS facets
   FROM page h
  CROSS JOIN LATERAL (SELECT * FROM card WHERE product_id = h.product_id LIMIT 1) k
  CROSS JOIN LATERAL (SELECT price_max, compare_at_amount FROM listing
                       WHERE product_id = h.product_id AND currency = $6
                         AND category_id = '00000000-0000-0000-0000-000000000000' LIMIT 1) l
  ORDER BY [[order]])
UNION ALL
SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
       t.sampled * 256 / r.parts,
       CASE WHEN r.parts < 256 AND NOT $7::boolean THEN least(t.sampled * 256 / r.parts, 1000) ELSE t.n END,
       (r.parts < 256)::text, to_json(r.meant)::text, CASE WHEN r.is_mended THEN to_json(r.meant)::text END,
       r.parts || ' ' || t.counted
  FROM reach r, (SELECT count(*) AS n, count(*) FILTER (WHERE h.is_sampled) AS sampled,
               coalesce(string_agg(h.facets::text, '') FILTER (WHERE h.is_sampled), '') || ' '
               || coalesce(string_agg(h.price::text, ',') FILTER (WHERE h.is_sampled), '') || ' '
               || coalesce(string_agg((h.rating * 2 + h.in_stock::int)::text, ',') FILTER (WHERE h.is_sampled), '')
               AS counted
                   FROM hit h) t;

-- name: search_labels :many readonly slow
-- $1 facets and $2 their counts as they are to be shown.
SELECT g.code, g.label AS name, g.kind, g.position, f.value, f.label, f.colour, c.n
  FROM unnest($1::int[], $2::bigint[]) AS c (id, n)
 CROSS JOIN LATERAL (SELECT o.value, o.label, o.colour, o.group_id FROM facet o WHERE o.id = c.id LIMIT 1) f
 CROSS JOIN LATERAL (SELECT o.code, o.label, o.kind, o.position FROM facet_group o WHERE o.id = f.group_id LIMIT 1) g
 ORDER BY g.position, g.label, g.code, c.n DESC, f.label;

-- name: search_wrong_documents :many readonly slow
-- Documents that are missing, too many, or say other than their product does. (Heat is
-- a round's business.)
SELECT 'product ' || coalesce(d.product_id, t.product_id) || ' is found wrongly'
  FROM search_document d
  FULL JOIN (SELECT f.* FROM (SELECT array_agg(id) AS ids
                                FROM (SELECT id, row_number() OVER (ORDER BY id) / 1000 AS batch FROM product) p
                               GROUP BY batch) b,
                    LATERAL search_document_of(b.ids) f) t ON t.product_id = d.product_id
 WHERE (d.product_id, d.words, d.facets, d.prices, d.rating, d.popularity, d.in_stock, d.created_at)
       IS DISTINCT FROM (t.product_id, t.words, t.facets, t.prices, t.rating, t.popularity, t.in_stock, t.created_at)
   AND NOT EXISTS (SELECT 1 FROM search_stale s WHERE s.product_id = coalesce(d.product_id, t.product_id))
 LIMIT 100;

-- name: search_popularity :one slow
SELECT popularity_round($1::int);

-- name: search_stale :one slow
SELECT search_stale_round($1::int);

-- name: search_counts :one slow
SELECT true FROM (SELECT search_words_count(), search_tiers_count()) AS done;

-- name: search_heat :one slow
SELECT search_heat_round($1::int);
