-- 179_search_speed.sql - what broad questions read of the documents: small
-- indexes of their own for samples, and for what sells best.

-- ---- what sells best ----

-- From which popularity on, and of those who have just that popularity from
-- which part on, a document is warm (1, some 3 of 100) or hot (2, some 5 of
-- 1,000). A round follows what sells.
CREATE TABLE search_heat (
    heat int PRIMARY KEY CHECK (heat IN (1, 2)),
    popularity bigint NOT NULL,
    part int NOT NULL,
    share double precision NOT NULL
);
INSERT INTO search_heat VALUES (1, 0, 248, 0.03), (2, 0, 255, 0.005);

-- The whole is written anew in one pass, and its indexes with it: cheaper than
-- batches, which would leave as much again behind.
ALTER TABLE search_document
    ADD part smallint NOT NULL GENERATED ALWAYS AS ((uuid_hash(product_id) & 255)::smallint) STORED,
    ADD heat smallint NOT NULL DEFAULT 0;

-- What is to stand in search_document for products so counted: those that are
-- listed. Reads what listing_rows_refresh() has just written.
CREATE OR REPLACE FUNCTION search_documents(counted search_counted[]) RETURNS SETOF search_document
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
           coalesce(f.ids, '{}'), s.prices, s.rating, s.popularity, k.in_stock, s.created_at,
           (uuid_hash(f.product_id) & 255)::smallint,
           coalesce((SELECT max(h.heat) FROM search_heat h
                      WHERE (s.popularity, uuid_hash(f.product_id) & 255) >= (h.popularity, h.part)), 0)::smallint
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

-- As before, and heat with it.
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
               created_at = f.created_at, heat = f.heat
          FROM fresh f
         WHERE d.product_id = f.product_id AND d.words = f.words
           AND (d.prices, d.rating, d.popularity, d.in_stock, d.created_at, d.heat)
               IS DISTINCT FROM (f.prices, f.rating, f.popularity, f.in_stock, f.created_at, f.heat)
    ), put AS (
        INSERT INTO search_document AS d
               (product_id, words, facets, prices, rating, popularity, in_stock, created_at, heat)
        SELECT f.product_id, f.words, f.facets, f.prices, f.rating, f.popularity, f.in_stock, f.created_at, f.heat
          FROM fresh f
         WHERE NOT EXISTS (SELECT 1 FROM search_document o WHERE o.product_id = f.product_id
                              AND o.words = f.words)
            ON CONFLICT (product_id) DO UPDATE
           SET (words, facets, prices, rating, popularity, in_stock, created_at, heat)
             = (EXCLUDED.words, EXCLUDED.facets, EXCLUDED.prices, EXCLUDED.rating,
                EXCLUDED.popularity, EXCLUDED.in_stock, EXCLUDED.created_at, EXCLUDED.heat)
        RETURNING d.product_id
    )
    SELECT array_agg(product_id) INTO renamed FROM put;
    IF renamed IS NOT NULL THEN
        PERFORM search_words_known(renamed);
    END IF;
END
$$;

-- Moves the bounds when their share is off by more than half, then the
-- documents that stand on the wrong side, some thousands a round; those that
-- somebody is writing are left to the next.
CREATE FUNCTION search_heat_round() RETURNS void LANGUAGE plpgsql SET jit = off AS $$
BEGIN
    UPDATE search_heat h SET (popularity, part) = (
        SELECT d.popularity, d.part FROM search_document d
         ORDER BY d.popularity DESC, d.part DESC
        OFFSET floor(h.share * (SELECT count(*) FROM search_document)) LIMIT 1)
     WHERE (SELECT count(*) FILTER (WHERE (d.popularity, d.part) >= (h.popularity, h.part))
                   NOT BETWEEN count(*) * h.share / 2 AND count(*) * h.share * 1.5
              FROM search_document d)
       AND EXISTS (SELECT FROM search_document);
    UPDATE search_document d SET heat = w.heat
      FROM (SELECT o.product_id, f.heat
              FROM search_document o
             CROSS JOIN LATERAL (SELECT coalesce(max(h.heat), 0)::smallint AS heat FROM search_heat h
                                  WHERE (o.popularity, o.part) >= (h.popularity, h.part)) f
             WHERE o.heat <> f.heat
             LIMIT 5000 FOR NO KEY UPDATE OF o SKIP LOCKED) w
     WHERE d.product_id = w.product_id;
END
$$;
CREATE OR REPLACE FUNCTION search_tiers_count() RETURNS void LANGUAGE sql AS $$
    INSERT INTO search_tier AS t
    SELECT n, coalesce(d.documents, 0)
      FROM generate_series(0, 20) n
      LEFT JOIN (SELECT search_tier_of(popularity) AS tier, count(*) AS documents
                   FROM search_document GROUP BY 1) d ON d.tier = n
        ON CONFLICT (tier) DO UPDATE SET documents = EXCLUDED.documents
         WHERE t.documents <> EXCLUDED.documents;
    SELECT search_heat_round()
$$;
SELECT search_heat_round() FROM generate_series(0, (SELECT count(*) / 125000 FROM search_document));

-- ---- the indexes ----

-- Samples of one in 128, 32 and 8, and what sells: some four times as fast as a
-- lexeme of the whole index for the sample.
CREATE INDEX search_document_128 ON search_document USING gin (words) WITH (fastupdate = off) WHERE part < 2;
CREATE INDEX search_document_32 ON search_document USING gin (words) WITH (fastupdate = off) WHERE part < 8;
CREATE INDEX search_document_8 ON search_document USING gin (words) WITH (fastupdate = off) WHERE part < 32;
CREATE INDEX search_document_warm ON search_document USING gin (words) WITH (fastupdate = off) WHERE heat >= 1;
CREATE INDEX search_document_hot ON search_document USING gin (words) WITH (fastupdate = off) WHERE heat >= 2;
-- What products are called, and by whom they are made.
CREATE INDEX search_document_names ON search_document USING gin (ts_filter(words, '{a,b}')) WITH (fastupdate = off);
ANALYZE search_document;

-- ---- asking ----

-- As before; but a code is sought along with the words only if a product has
-- it (exact NULL: none has), because an index that is asked for one thing more
-- is much slower.
CREATE OR REPLACE FUNCTION search_asked(given text, terms text[], codes text[], signs text[], vals text[], in_currency text,
    OUT must tsquery, OUT wide tsquery, OUT words tsquery, OUT exact tsquery, OUT meant text, OUT is_mended boolean, OUT place int,
    OUT chosen int[], OUT group1 int, OUT ids1 int[], OUT group2 int, OUT ids2 int[],
    OUT group3 int, OUT ids3 int[], OUT group4 int, OUT ids4 int[]) LANGUAGE plpgsql STABLE AS $$
DECLARE
    term text;
    q tsquery;
    clause tsquery;
    none tsquery;
    base tsquery;
    picks tsquery[] := '{}';
    pick record;
    one text;
    body text;
    without tsquery;
    parts text[] := '{}';
BEGIN
    SELECT c.place INTO place FROM search_currency c WHERE c.code = in_currency;
    is_mended := false;
    FOREACH term IN ARRAY terms LOOP
        body := substr(term, 3);
        IF substr(term, 2, 1) = 'p' THEN
            q := phraseto_tsquery('shop', search_text(body));
            one := '"' || body || '"';
        ELSE
            SELECT a.query, a.meant INTO q, one FROM search_word_asked(body, substr(term, 2, 1) = 'l') a;
        END IF;
        is_mended := is_mended OR (substr(term, 2, 1) <> 'p' AND one <> body);
        parts := parts || (CASE left(term, 1) WHEN '-' THEN '-' WHEN '|' THEN 'OR ' ELSE '' END || one);
        IF numnode(q) = 0 THEN
            CONTINUE;
        ELSIF left(term, 1) = '-' THEN
            none := coalesce(none || q, q);
        ELSIF left(term, 1) = '|' AND clause IS NOT NULL THEN
            clause := clause || q;
        ELSE
            words := coalesce(words && clause, clause);
            clause := q;
        END IF;
    END LOOP;
    words := search_with_synonyms(coalesce(words && clause, clause));
    meant := array_to_string(parts, ' ');
    base := coalesce(words, '*'::tsquery);
    IF none IS NOT NULL THEN
        base := base && !!none;
    END IF;
    IF cardinality(terms) > 0 THEN
        exact := search_code(given);
        IF words IS NULL THEN
            base := exact;
        ELSIF (SELECT count(*) FROM search_document d WHERE d.words @@ exact) > 0 THEN
            base := base || exact;
        ELSE
            exact := NULL;
        END IF;
    END IF;
    chosen := '{}';
    must := base;
    IF cardinality(codes) = 0 THEN
        RETURN;
    END IF;
    FOR pick IN
        SELECT g.id AS g, coalesce(array_agg(f.id ORDER BY f.id) FILTER (WHERE f.id IS NOT NULL), '{}') AS ids
          FROM (SELECT u.code, array_agg(u.val) FILTER (WHERE u.sign = '=') AS equal,
                       max(u.val::double precision) FILTER (WHERE u.sign = '>') AS least,
                       min(u.val::double precision) FILTER (WHERE u.sign = '<') AS most
                  FROM unnest(codes, signs, vals) AS u (code, sign, val) GROUP BY u.code) c
          LEFT JOIN facet_group g ON g.code = c.code
          LEFT JOIN facet f ON f.group_id = g.id AND (c.equal IS NULL OR f.value = ANY (c.equal))
               AND (c.least IS NULL OR f.number >= c.least) AND (c.most IS NULL OR f.number <= c.most)
         GROUP BY c.code, g.id ORDER BY g.id
    LOOP
        q := CASE WHEN cardinality(pick.ids) = 0 THEN '=0'::tsquery
                  ELSE (SELECT string_agg('''=' || id || '''', '|') FROM unnest(pick.ids[:2000]) id)::tsquery END;
        chosen := chosen || pick.ids;
        IF cardinality(picks) = 4 OR pick.g IS NULL THEN
            base := base && q;
            CONTINUE;
        END IF;
        picks := picks || q;
        CASE cardinality(picks)
            WHEN 1 THEN group1 := pick.g; ids1 := pick.ids;
            WHEN 2 THEN group2 := pick.g; ids2 := pick.ids;
            WHEN 3 THEN group3 := pick.g; ids3 := pick.ids;
            ELSE group4 := pick.g; ids4 := pick.ids;
        END CASE;
    END LOOP;
    must := base;
    FOR i IN 1 .. cardinality(picks) LOOP
        must := must && picks[i];
        without := base;
        FOR j IN 1 .. cardinality(picks) LOOP
            IF i <> j THEN
                without := without && picks[j];
            END IF;
        END LOOP;
        wide := coalesce(wide || without, without);
    END LOOP;
END
$$;

