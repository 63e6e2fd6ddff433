-- 178_search_batch.sql - documents of many products in one pass. What is looked
-- up is looked up by key for each product (LATERAL with LIMIT, aggregates), so
-- that a plan serves one product as well as a thousand, whatever the planner
-- believes of tables that were empty when it was made.

-- As before; translate() looks through its list for each letter, which took
-- half of the time of a document.
CREATE OR REPLACE FUNCTION search_text(given text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT replace(replace(replace(replace(replace(replace(replace(replace(
           replace(replace(replace(replace(replace(replace(replace(replace(
           replace(replace(replace(replace(replace(replace(replace(given
           , '-', ' '), '/', ' '), '\', ' '), '_', ' '), '&', ' '), '+', ' ')
           , '@', ' '), ':', ' '), '=', ' '), '~', ' '), '|', ' '), '<', ' ')
           , '>', ' '), '(', ' '), ')', ' '), '[', ' '), ']', ' '), '{', ' ')
           , '}', ' '), '*', ' '), '#', ' '), '"', ' '), '`', ' ')
$$;

-- A product's facets: ids and labels of those that are known, and what is not
-- known yet (codes and values, NULL: nothing).
CREATE TYPE search_counted AS (product_id uuid, ids int[], labels text, codes text[], items text[]);

CREATE FUNCTION search_counted_of(products uuid[]) RETURNS SETOF search_counted LANGUAGE plpgsql STABLE ROWS 10
SET enable_seqscan = off SET enable_hashagg = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
    -- An attribute is named by its code, or by its name as imports do.
    named jsonb := (
        SELECT jsonb_object_agg(n.key, n.codes)
          FROM (SELECT k.key, jsonb_agg(DISTINCT 'attr.' || a.code) AS codes
                  FROM attribute a CROSS JOIN LATERAL (VALUES (a.code), (a.name)) AS k (key)
                 WHERE a.is_filterable GROUP BY k.key) n);
    numbers jsonb := (SELECT jsonb_object_agg(g.code, g.id) FROM facet_group g);
BEGIN
    RETURN QUERY
    SELECT u.id, f.ids, f.labels, f.codes, f.items
      FROM unnest(products) AS u (id)
     CROSS JOIN LATERAL (SELECT o.brand, o.category_id, o.attributes FROM product o WHERE o.id = u.id LIMIT 1) p
     CROSS JOIN LATERAL (
        SELECT array_agg(k.id ORDER BY k.id) FILTER (WHERE k.id IS NOT NULL) AS ids,
               string_agg(k.label, ' . ' ORDER BY k.id) FILTER (WHERE e.code <> 'brand') AS labels,
               array_agg(e.code) FILTER (WHERE k.id IS NULL) AS codes,
               array_agg(e.value) FILTER (WHERE k.id IS NULL) AS items
          FROM (SELECT 'brand' AS code, p.brand AS value WHERE p.brand <> ''
                UNION
                SELECT 'category', a.slug
                  FROM (SELECT c.lineage FROM category c WHERE c.id = p.category_id LIMIT 1) c
                 CROSS JOIN LATERAL unnest(c.lineage) AS step (id)
                 CROSS JOIN LATERAL (SELECT o.slug FROM category o WHERE o.id = step.id LIMIT 1) a
                UNION
                SELECT c.code, v
                  FROM jsonb_each(p.attributes) j
                 CROSS JOIN LATERAL jsonb_array_elements_text(named -> j.key) AS c (code)
                 CROSS JOIN LATERAL search_values(j.value) v
                UNION
                SELECT each.code, each.value
                  FROM (SELECT o.attributes, o.options FROM variant o
                         WHERE o.product_id = u.id AND o.is_active AND o.deleted_at IS NULL
                           AND (o.attributes <> '{}' OR o.options <> '{}') OFFSET 0) o
                 CROSS JOIN LATERAL (
                       SELECT c.code, v AS value
                         FROM jsonb_each(o.attributes) j
                        CROSS JOIN LATERAL jsonb_array_elements_text(named -> j.key) AS c (code)
                        CROSS JOIN LATERAL search_values(j.value) v
                       UNION ALL
                       SELECT 'attr.' || btrim(lower(regexp_replace(j.key, '[^A-Za-z0-9]+', '_', 'g')), '_'),
                              left(j.value, 100)
                         FROM jsonb_each_text(o.options) j WHERE j.value <> '') each) e
          LEFT JOIN LATERAL (SELECT o.id, o.label FROM facet o
                              WHERE o.group_id = (numbers ->> e.code)::int AND o.value = e.value LIMIT 1) k ON true) f;
END
$$;

-- Groups and facets that nobody had. Rows are added in one order, so that two
-- who need the same wait for each other and no more.
CREATE FUNCTION facets_add(codes text[], items text[]) RETURNS void LANGUAGE plpgsql SET jit = off AS $$
BEGIN
    INSERT INTO facet_group (id, code, label, kind, position)
    SELECT (SELECT max(id) FROM facet_group) + row_number() OVER (ORDER BY f.code), f.code,
           coalesce(a.name, initcap(replace(substr(f.code, 6), '_', ' '))), coalesce(a.kind, 'choice'),
           10 + coalesce(a.position, 0)
      FROM (SELECT DISTINCT code FROM unnest(codes) AS code) f
      LEFT JOIN attribute a ON 'attr.' || a.code = f.code
     WHERE NOT EXISTS (SELECT 1 FROM facet_group g WHERE g.code = f.code)
     ORDER BY f.code
        ON CONFLICT (code) DO NOTHING;
    INSERT INTO facet (id, group_id, value, label, colour, number, object_id)
    SELECT (g.id << 22) + nextval('facet_seq')::int, g.id, n.value, s.label, s.colour, s.number, s.object_id
      FROM (SELECT DISTINCT code, value FROM unnest(codes, items) AS u (code, value) ORDER BY code, value) n
      JOIN facet_group g ON g.code = n.code
     CROSS JOIN LATERAL facet_shown(n.code, n.value) s
     WHERE NOT EXISTS (SELECT 1 FROM facet o WHERE o.group_id = g.id AND o.value = n.value)
        ON CONFLICT (group_id, value) DO NOTHING;
END
$$;

-- What is to stand in search_document for products so counted: those that are
-- listed. Reads what listing_rows_refresh() has just written.
CREATE FUNCTION search_documents(counted search_counted[]) RETURNS SETOF search_document
LANGUAGE plpgsql STABLE ROWS 10 SET enable_seqscan = off SET jit = off AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT f.product_id,
           setweight(to_tsvector('shop', search_text(p.name)), 'A')
           || setweight(to_tsvector('shop', search_text(p.brand)), 'B')
           || setweight(to_tsvector('shop', search_text(coalesce(f.labels, '') || ' . '
              || left(coalesce((SELECT string_agg(e.value, ' . ') FROM jsonb_each_text(p.attributes) e
                                 WHERE length(e.value) < 100), ''), 500))), 'C')
           || setweight(to_tsvector('shop', search_text(left(p.description, 400))), 'D')
           || setweight(to_tsvector('shop', search_text(c.text)), 'D')
           || array_to_tsvector(c.marks || ARRAY(SELECT '=' || id FROM unnest(f.ids) id)
              || ARRAY['*', '~' || (uuid_hash(f.product_id) & 255), '^' || search_tier_of(s.popularity)]),
           coalesce(f.ids, '{}'), s.prices, s.rating, s.popularity, k.in_stock, s.created_at
      FROM unnest(counted) f
     CROSS JOIN LATERAL (SELECT o.name, o.brand, o.attributes, o.description
                           FROM product o WHERE o.id = f.product_id LIMIT 1) p
     CROSS JOIN LATERAL (SELECT o.in_stock FROM card o WHERE o.product_id = f.product_id LIMIT 1) k
     CROSS JOIN LATERAL (
        SELECT max(l.rating) AS rating, max(l.popularity) AS popularity, min(l.created_at) AS created_at,
               CASE WHEN max(l.place) = 1 THEN ARRAY[min(l.price)]
                    ELSE (SELECT array_agg(m.price ORDER BY m.place)
                            FROM (SELECT y.place, (SELECT o.price FROM listing o
                                    WHERE o.product_id = f.product_id AND o.currency = y.code
                                      AND o.category_id = '00000000-0000-0000-0000-000000000000') AS price
                                    FROM search_currency y WHERE y.place <= max(l.place)) m) END AS prices
          FROM (SELECT o.rating, o.popularity, o.created_at, o.price,
                       (SELECT y.place FROM search_currency y WHERE y.code = o.currency) AS place
                  FROM listing o
                 WHERE o.product_id = f.product_id AND o.category_id = '00000000-0000-0000-0000-000000000000'
                OFFSET 0) l
        HAVING count(l.place) > 0) s
     CROSS JOIN LATERAL (
        SELECT string_agg(o.sku || ' ' || o.barcode, ' ' ORDER BY o.sku) AS text,
               array_agg('#' || lower(o.sku))
               || coalesce(array_agg('#' || lower(o.barcode)) FILTER (WHERE o.barcode <> ''), '{}') AS marks
          FROM (SELECT v.sku, v.barcode FROM variant v
                 WHERE v.product_id = f.product_id AND v.is_active AND v.deleted_at IS NULL OFFSET 0) o
        HAVING count(*) > 0) c;
END
$$;

CREATE OR REPLACE FUNCTION search_document_of(products uuid[]) RETURNS SETOF search_document
LANGUAGE sql STABLE SET jit = off AS $$
    SELECT * FROM search_documents(ARRAY(SELECT f::search_counted FROM search_counted_of(products) f))
$$;

-- The words by which these products are named, known from now on. One whose
-- stems are all known adds none.
CREATE OR REPLACE FUNCTION search_words_known(products uuid[]) RETURNS void LANGUAGE plpgsql
SET enable_seqscan = off SET jit = off AS $$
DECLARE
    unknown text[];
    fresh uuid[];
BEGIN
    SELECT array_agg(l.lexeme) INTO unknown
      FROM (SELECT DISTINCT w.lexeme
              FROM unnest(products) AS u (id)
             CROSS JOIN LATERAL (SELECT o.words FROM search_document o WHERE o.product_id = u.id LIMIT 1) d
             CROSS JOIN LATERAL unnest(tsvector_to_array(ts_filter(d.words, '{a,b,c}'))) AS w (lexeme)
            OFFSET 0) l
     WHERE (SELECT true FROM search_word o WHERE o.lexeme = l.lexeme LIMIT 1) IS NULL;
    IF unknown IS NULL THEN
        RETURN;
    END IF;
    SELECT array_agg(u.id) INTO fresh
      FROM unnest(products) AS u (id)
     CROSS JOIN LATERAL (SELECT o.words FROM search_document o WHERE o.product_id = u.id LIMIT 1) d
     WHERE tsvector_to_array(ts_filter(d.words, '{a,b,c}')) && unknown;
    INSERT INTO search_word (word, lexeme)
    SELECT w.word, coalesce((ts_lexize('english_stem', w.word))[1], w.word)
      FROM (SELECT DISTINCT t.word
              FROM unnest(fresh) AS u (id)
             CROSS JOIN LATERAL (SELECT o.facets FROM search_document o WHERE o.product_id = u.id LIMIT 1) d
             CROSS JOIN LATERAL (SELECT o.name, o.brand, o.attributes FROM product o WHERE o.id = u.id LIMIT 1) p
             CROSS JOIN LATERAL unnest(tsvector_to_array(to_tsvector('shop_words', search_text(
                   p.name || ' . ' || p.brand || ' . ' || coalesce((
                   SELECT string_agg(f.label, ' . ') FROM facet f WHERE f.id = ANY (d.facets)), '') || ' . '
                   || left(coalesce((SELECT string_agg(e.value, ' . ') FROM jsonb_each_text(p.attributes) e
                                      WHERE length(e.value) < 100), ''), 500))))) AS t (word)
             WHERE length(t.word) <= 50
            OFFSET 0) w
     WHERE (SELECT true FROM search_word o WHERE o.word = w.word) IS NULL
     ORDER BY w.word
        ON CONFLICT (word) DO NOTHING;
END
$$;

-- In the place of 160's: facets are found once; only products that have one
-- that nobody had are looked at again.
CREATE OR REPLACE FUNCTION search_refresh(products uuid[]) RETURNS void LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $$
DECLARE
    counted search_counted[];
    lacking uuid[];
    codes text[];
    items text[];
    renamed uuid[];
BEGIN
    INSERT INTO search_currency (code, place)
    SELECT n.currency, coalesce((SELECT max(place) FROM search_currency), 0) + row_number() OVER (ORDER BY n.currency)
      FROM (SELECT DISTINCT currency FROM listing WHERE product_id = ANY (products)
               AND category_id = '00000000-0000-0000-0000-000000000000' OFFSET 0) n
     WHERE NOT EXISTS (SELECT 1 FROM search_currency c WHERE c.code = n.currency)
        ON CONFLICT (code) DO NOTHING;
    SELECT array_agg(f::search_counted) INTO counted FROM search_counted_of(products) f;
    SELECT array_agg(DISTINCT f.product_id), array_agg(n.code), array_agg(n.item) INTO lacking, codes, items
      FROM unnest(counted) f CROSS JOIN LATERAL unnest(f.codes, f.items) AS n (code, item);
    IF lacking IS NOT NULL THEN
        PERFORM facets_add(codes, items);
        counted := ARRAY(SELECT f::search_counted FROM unnest(counted) f WHERE f.codes IS NULL)
                   || ARRAY(SELECT f::search_counted FROM search_counted_of(lacking) f);
    END IF;
    DELETE FROM search_document d WHERE product_id = ANY (products)
       AND NOT EXISTS (SELECT 1 FROM listing l WHERE l.product_id = d.product_id
                          AND l.category_id = '00000000-0000-0000-0000-000000000000');
    WITH fresh AS MATERIALIZED (
        SELECT * FROM search_documents(counted)
    ), turned AS (
        UPDATE search_document d
           SET prices = f.prices, rating = f.rating, popularity = f.popularity, in_stock = f.in_stock,
               created_at = f.created_at
          FROM fresh f
         WHERE d.product_id = f.product_id AND d.words = f.words
           AND (d.prices, d.rating, d.popularity, d.in_stock, d.created_at)
               IS DISTINCT FROM (f.prices, f.rating, f.popularity, f.in_stock, f.created_at)
    ), put AS (
        INSERT INTO search_document AS d SELECT * FROM fresh f
         WHERE NOT EXISTS (SELECT 1 FROM search_document o WHERE o.product_id = f.product_id
                              AND o.words = f.words)
            ON CONFLICT (product_id) DO UPDATE
           SET (words, facets, prices, rating, popularity, in_stock, created_at)
             = (EXCLUDED.words, EXCLUDED.facets, EXCLUDED.prices, EXCLUDED.rating,
                EXCLUDED.popularity, EXCLUDED.in_stock, EXCLUDED.created_at)
        RETURNING d.product_id
    )
    SELECT array_agg(product_id) INTO renamed FROM put;
    IF renamed IS NOT NULL THEN
        PERFORM search_words_known(renamed);
    END IF;
END
$$;
DROP FUNCTION facets_known(uuid[]);
DROP FUNCTION search_facets_of(uuid[]);

-- Codes now stand in one order, whatever the plan.
DO $$
DECLARE
    batch uuid[];
BEGIN
    FOR batch IN SELECT array_agg(id) FROM (
        SELECT product_id AS id, row_number() OVER (ORDER BY product_id) / 1000 AS n
          FROM variant WHERE is_active AND deleted_at IS NULL GROUP BY product_id HAVING count(*) > 1) m GROUP BY n
    LOOP
        UPDATE search_document d SET words = t.words
          FROM search_document_of(batch) t
         WHERE d.product_id = t.product_id AND d.words <> t.words;
    END LOOP;
END
$$;

-- ---- beside the search ----

-- Most variants have no options.
CREATE OR REPLACE FUNCTION variant_options_checked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_product jsonb;
BEGIN
    SELECT options INTO of_product FROM product WHERE id = NEW.product_id;
    IF of_product = '[]' AND NEW.options = '{}' THEN
        RETURN NULL;
    END IF;
    IF NOT options_fit(of_product, NEW.options) THEN
        PERFORM refuse_options();
    END IF;
    RETURN NULL;
END
$$;
