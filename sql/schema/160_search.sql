-- 160_search.sql - finding products: one narrow row a listed product, the
-- facets it is counted under, and the words that are known.

CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS fuzzystrmatch;

-- ---- how text becomes words ----

-- English stems; what has a digit stays as it is, so that "350ml", "A5" and
-- the parts of a SKU are exact. shop_words does the same without stems.
CREATE TEXT SEARCH DICTIONARY shop_plain (TEMPLATE = simple, StopWords = english);
CREATE TEXT SEARCH CONFIGURATION shop (PARSER = "default");
ALTER TEXT SEARCH CONFIGURATION shop ADD MAPPING FOR asciiword WITH english_stem;
ALTER TEXT SEARCH CONFIGURATION shop ADD MAPPING FOR word WITH unaccent, english_stem;
ALTER TEXT SEARCH CONFIGURATION shop
    ADD MAPPING FOR numword, int, uint, float, sfloat, version, host, file, url WITH unaccent, simple;
CREATE TEXT SEARCH CONFIGURATION shop_words (PARSER = "default");
ALTER TEXT SEARCH CONFIGURATION shop_words ADD MAPPING FOR asciiword WITH shop_plain;
ALTER TEXT SEARCH CONFIGURATION shop_words ADD MAPPING FOR word WITH unaccent, shop_plain;
ALTER TEXT SEARCH CONFIGURATION shop_words
    ADD MAPPING FOR numword, int, uint, float, sfloat, version, host, file, url WITH unaccent, simple;

-- Signs at which the parser would see paths, hosts, tags and compounds.
CREATE FUNCTION search_text(given text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT translate(given, '-/\_&+@:=~|<>()[]{}*#"`', '                       ')
$$;

-- ---- facets: what is counted beside a list ----

-- A group's number stands in the upper bits of its facets' ids.
CREATE TABLE facet_group (
    id int PRIMARY KEY CHECK (id BETWEEN 1 AND 511),
    code text NOT NULL CONSTRAINT facet_group_code_key UNIQUE, -- the filter: "brand", "attr.colour"
    label text NOT NULL,
    kind text NOT NULL,
    position int NOT NULL DEFAULT 0
);
INSERT INTO facet_group VALUES (1, 'category', 'Category', 'category', 0), (2, 'brand', 'Brand', 'text', 1);

CREATE TABLE facet (
    id int PRIMARY KEY,
    group_id int NOT NULL REFERENCES facet_group (id),
    value text NOT NULL,
    label text NOT NULL,
    colour text,
    number double precision, -- of a number's value, for ranges
    object_id uuid,          -- the category
    CONSTRAINT facet_value_key UNIQUE (group_id, value)
);
CREATE INDEX facet_object ON facet (object_id) WHERE object_id IS NOT NULL;
CREATE INDEX facet_number ON facet (group_id, number) WHERE number IS NOT NULL;
CREATE SEQUENCE facet_seq AS int MAXVALUE 4194303;

-- ---- words, and currencies ----

-- What names, brands, categories and values are made of. Rows are only added
-- by those who write products; documents is counted now and then.
CREATE TABLE search_word (
    word text PRIMARY KEY,
    lexeme text NOT NULL,
    documents int NOT NULL DEFAULT 0
) WITH (fillfactor = 80);
CREATE INDEX search_word_lexeme ON search_word (lexeme);
CREATE INDEX search_word_prefix ON search_word (word text_pattern_ops);
CREATE INDEX search_word_alike ON search_word USING gin (word gin_trgm_ops);

CREATE TABLE search_currency (
    code text PRIMARY KEY,
    place int NOT NULL UNIQUE
);

-- ---- the documents ----

-- All that a search reads before it knows its page. What changes often has no
-- index, so that the row is changed in its page.
CREATE TABLE search_document (
    product_id uuid PRIMARY KEY REFERENCES product (id) ON DELETE CASCADE,
    -- All words, and what no word looks like: '*'; facets, '=1234'; SKUs and
    -- barcodes, '#r-1234'; one of '~0' to '~255', by which a sample is taken;
    -- and '^0' to '^20', the more popular the higher.
    words tsvector NOT NULL,
    facets int[] NOT NULL,
    prices bigint[] NOT NULL, -- by search_currency.place
    rating int NOT NULL,
    popularity bigint NOT NULL,
    in_stock boolean NOT NULL,
    created_at timestamptz NOT NULL
) WITH (fillfactor = 90);
ALTER TABLE search_document ALTER words SET STORAGE EXTERNAL;

-- How many documents each '^' has; counted now and then.
CREATE TABLE search_tier (
    tier int PRIMARY KEY CHECK (tier BETWEEN 0 AND 20),
    documents bigint NOT NULL
);
CREATE FUNCTION search_tier_of(popularity bigint) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN popularity <= 0 THEN 0 ELSE least(20, 1 + floor(log(2.0, popularity))::int) END
$$;

-- A value of JSON as texts: a list's items, else itself.
CREATE FUNCTION search_values(given jsonb) RETURNS SETOF text LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 1 AS $$
    SELECT left(e #>> '{}', 100) FROM jsonb_array_elements(
        CASE jsonb_typeof(given) WHEN 'array' THEN given ELSE jsonb_build_array(given) END) AS e
     WHERE jsonb_typeof(e) IN ('string', 'number', 'boolean') AND e #>> '{}' <> ''
$$;

-- Under what these products are counted.
CREATE FUNCTION search_facets_of(products uuid[])
RETURNS TABLE (product_id uuid, code text, value text) LANGUAGE sql STABLE ROWS 10000 AS $$
    WITH spec AS MATERIALIZED (
        SELECT p.id, e.key, e.value FROM product p, jsonb_each(p.attributes) e WHERE p.id = ANY (products)
        UNION ALL
        SELECT v.product_id, e.key, e.value FROM variant v, jsonb_each(v.attributes) e
         WHERE v.product_id = ANY (products) AND v.is_active AND v.deleted_at IS NULL
    ), named AS MATERIALIZED (
        -- An attribute is named by its code, or by its name as imports do.
        SELECT code AS key, code FROM attribute WHERE is_filterable
        UNION SELECT name, code FROM attribute WHERE is_filterable
    )
    SELECT p.id, 'brand', p.brand FROM product p WHERE p.id = ANY (products) AND p.brand <> ''
    UNION ALL
    SELECT p.id, 'category', a.slug
      FROM product p JOIN category c ON c.id = p.category_id JOIN category a ON a.id = ANY (c.lineage)
     WHERE p.id = ANY (products)
    UNION
    SELECT s.id, 'attr.' || n.code, v FROM spec s JOIN named n ON n.key = s.key, search_values(s.value) v
    UNION
    SELECT o.product_id, 'attr.' || btrim(lower(regexp_replace(e.key, '[^A-Za-z0-9]+', '_', 'g')), '_'), left(e.value, 100)
      FROM variant o, jsonb_each_text(o.options) e
     WHERE o.product_id = ANY (products) AND o.is_active AND o.deleted_at IS NULL AND e.value <> ''
$$;

-- How a value is shown: {label, colour, number, object}.
CREATE FUNCTION facet_shown(code text, value text, OUT label text, OUT colour text, OUT number double precision,
                            OUT object_id uuid) LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE
    given text := facet_shown.value;
    kind attribute;
    choice jsonb;
BEGIN
    label := given;
    IF code = 'category' THEN
        SELECT c.name, c.id INTO label, object_id FROM category c WHERE c.slug = given;
    ELSIF starts_with(code, 'attr.') THEN
        SELECT a.* INTO kind FROM attribute a WHERE a.code = substr(facet_shown.code, 6);
        SELECT c INTO choice FROM jsonb_array_elements(kind.choices) c WHERE c ->> 'value' = given;
        colour := choice ->> 'colour';
        label := CASE kind.kind WHEN 'boolean' THEN CASE given WHEN 'true' THEN 'Yes' WHEN 'false' THEN 'No' ELSE given END
                 WHEN 'number' THEN btrim(given || ' ' || kind.unit)
                 ELSE coalesce(choice ->> 'label', given) END;
        IF kind.kind = 'number' AND given ~ '^-?[0-9]{1,30}(\.[0-9]{1,30})?$' THEN
            number := given::double precision;
        END IF;
    END IF;
    label := coalesce(label, given);
END
$$;

-- Groups and facets these products need and nobody had. Rows are added in one
-- order, so that two who need the same wait for each other and no more.
CREATE FUNCTION facets_known(products uuid[]) RETURNS void LANGUAGE plpgsql SET jit = off AS $$
DECLARE
    codes text[];
    items text[];
BEGIN
    SELECT array_agg(f.code), array_agg(f.value) INTO codes, items
      FROM (SELECT DISTINCT code, value FROM search_facets_of(products)) f
      LEFT JOIN facet_group g ON g.code = f.code
     WHERE NOT EXISTS (SELECT 1 FROM facet o WHERE o.group_id = g.id AND o.value = f.value);
    IF codes IS NULL THEN
        RETURN;
    END IF;
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
      FROM (SELECT * FROM unnest(codes, items) AS u (code, value) ORDER BY code, value) n
      JOIN facet_group g ON g.code = n.code
     CROSS JOIN LATERAL facet_shown(n.code, n.value) s
        ON CONFLICT (group_id, value) DO NOTHING;
END
$$;

-- What is to stand in search_document for these products: those that are
-- listed. Reads what listing_rows_refresh() has just written. The planner takes
-- an array for ten ids, however many there are, so it may not nest loops.
CREATE FUNCTION search_document_of(products uuid[]) RETURNS SETOF search_document LANGUAGE sql STABLE
SET enable_nestloop = off SET jit = off AS $$
    WITH counted AS MATERIALIZED (
        SELECT f.product_id, array_agg(k.id ORDER BY k.id) AS ids,
               string_agg(k.label, ' . ' ORDER BY k.id) FILTER (WHERE f.code <> 'brand') AS labels
          FROM search_facets_of(products) f
          JOIN facet_group g ON g.code = f.code
          JOIN facet k ON k.group_id = g.id AND k.value = f.value
         GROUP BY 1
    ), sold AS MATERIALIZED (
        SELECT l.product_id, max(l.rating) AS rating, max(l.popularity) AS popularity, min(l.created_at) AS created_at,
               CASE WHEN max(c.place) = 1 THEN ARRAY[min(l.price)]
                    ELSE (SELECT array_agg(o.price ORDER BY s.place)
                            FROM search_currency s
                            LEFT JOIN listing o ON o.product_id = l.product_id AND o.currency = s.code
                             AND o.category_id = '00000000-0000-0000-0000-000000000000'
                           WHERE s.place <= max(c.place)) END AS prices
          FROM listing l JOIN search_currency c ON c.code = l.currency
         WHERE l.product_id = ANY (products) AND l.category_id = '00000000-0000-0000-0000-000000000000'
         GROUP BY 1
    ), codes AS MATERIALIZED (
        SELECT product_id, string_agg(sku || ' ' || barcode, ' ') AS text,
               array_agg('#' || lower(sku))
               || coalesce(array_agg('#' || lower(barcode)) FILTER (WHERE barcode <> ''), '{}') AS marks
          FROM variant
         WHERE product_id = ANY (products) AND is_active AND deleted_at IS NULL
         GROUP BY 1
    ), parts AS MATERIALIZED (
        SELECT p.id, setweight(to_tsvector('shop', search_text(p.name)), 'A')
               || setweight(to_tsvector('shop', search_text(p.brand)), 'B')
               || setweight(to_tsvector('shop', search_text(coalesce(f.labels, '') || ' . '
                  || left(coalesce((SELECT string_agg(e.value, ' . ') FROM jsonb_each_text(p.attributes) e
                                     WHERE length(e.value) < 100), ''), 500))), 'C')
               || setweight(to_tsvector('shop', search_text(left(p.description, 400))), 'D')
               || setweight(to_tsvector('shop', search_text(c.text)), 'D') AS words,
               c.marks, coalesce(f.ids, '{}') AS facets, s.prices, s.rating, s.popularity, s.created_at
          FROM product p
          JOIN sold s ON s.product_id = p.id
          JOIN codes c ON c.product_id = p.id
          LEFT JOIN counted f ON f.product_id = p.id
         WHERE p.id = ANY (products)
    )
    SELECT t.id, t.words || array_to_tsvector(t.marks || ARRAY(SELECT '=' || f FROM unnest(t.facets) f)
           || ARRAY['*', '~' || (uuid_hash(t.id) & 255), '^' || search_tier_of(t.popularity)]),
           t.facets, t.prices, t.rating, t.popularity, k.in_stock, t.created_at
      FROM parts t JOIN card k ON k.product_id = t.id
     WHERE k.product_id = ANY (products)
$$;

-- The words by which these products are named, known from now on. One whose
-- stems are all known adds none.
CREATE FUNCTION search_words_known(products uuid[]) RETURNS void LANGUAGE plpgsql SET jit = off AS $$
DECLARE
    fresh uuid[];
BEGIN
    SELECT array_agg(DISTINCT l.product_id) INTO fresh
      FROM (SELECT d.product_id, w.lexeme
              FROM search_document d, unnest(d.words) w
             WHERE d.product_id = ANY (products) AND w.weights && '{A,B,C}') l
     WHERE NOT EXISTS (SELECT 1 FROM search_word o WHERE o.lexeme = l.lexeme);
    IF fresh IS NULL THEN
        RETURN;
    END IF;
    INSERT INTO search_word (word, lexeme)
    SELECT w.word, coalesce((ts_lexize('english_stem', w.word))[1], w.word)
      FROM (SELECT DISTINCT unnest(tsvector_to_array(to_tsvector('shop_words', search_text(
                   p.name || ' . ' || p.brand || ' . ' || coalesce((
                   SELECT string_agg(f.label, ' . ') FROM facet f WHERE f.id = ANY (d.facets)), '') || ' . '
                   || left(coalesce((SELECT string_agg(e.value, ' . ') FROM jsonb_each_text(p.attributes) e
                                      WHERE length(e.value) < 100), ''), 500))))) AS word
              FROM product p JOIN search_document d ON d.product_id = p.id
             WHERE d.product_id = ANY (fresh) AND p.id = ANY (fresh)) w
     WHERE length(w.word) <= 50 AND NOT EXISTS (SELECT 1 FROM search_word o WHERE o.word = w.word)
     ORDER BY w.word
        ON CONFLICT (word) DO NOTHING;
END
$$;

-- In the place of 150's: in the transaction of the change, and nothing is
-- written that stays as it is.
CREATE OR REPLACE FUNCTION search_refresh(products uuid[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    renamed uuid[];
BEGIN
    INSERT INTO search_currency (code, place)
    SELECT n.currency, coalesce((SELECT max(place) FROM search_currency), 0) + row_number() OVER (ORDER BY n.currency)
      FROM (SELECT DISTINCT currency FROM listing WHERE product_id = ANY (products)) n
     WHERE NOT EXISTS (SELECT 1 FROM search_currency c WHERE c.code = n.currency)
        ON CONFLICT (code) DO NOTHING;
    PERFORM facets_known(products);
    DELETE FROM search_document d WHERE product_id = ANY (products)
       AND NOT EXISTS (SELECT 1 FROM listing l WHERE l.product_id = d.product_id
                          AND l.category_id = '00000000-0000-0000-0000-000000000000');
    WITH fresh AS MATERIALIZED (
        SELECT * FROM search_document_of(products)
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

-- ---- the stock turned: the document says so at once, as the card does ----

CREATE OR REPLACE FUNCTION product_stock_turned(product_id uuid) RETURNS void LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    turned uuid := product_stock_turned.product_id;
BEGIN
    PERFORM 1 FROM product WHERE id = turned FOR SHARE;
    PERFORM 1 FROM card WHERE product_id = turned FOR NO KEY UPDATE;
    UPDATE card SET in_stock = NOT in_stock
     WHERE product_id = turned AND in_stock <> product_in_stock(turned);
    IF FOUND THEN
        UPDATE search_document d SET in_stock = k.in_stock FROM card k
         WHERE d.product_id = turned AND k.product_id = turned;
        INSERT INTO change_log (kind, object_id) VALUES ('product', turned);
    END IF;
END
$$;

-- ---- what a category is called stands in its facet ----

CREATE FUNCTION facet_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE facet SET value = NEW.slug, label = NEW.name WHERE object_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER category_facet_renamed AFTER UPDATE OF slug, name ON category FOR EACH ROW
    WHEN ((NEW.slug, NEW.name) IS DISTINCT FROM (OLD.slug, OLD.name)) EXECUTE FUNCTION facet_renamed();

-- What must be written anew because an attribute is called or filtered
-- otherwise: too many for one transaction. A round takes them.
CREATE TABLE search_stale (
    product_id uuid PRIMARY KEY REFERENCES product (id) ON DELETE CASCADE
);
CREATE FUNCTION attribute_facets_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE facet_group SET label = NEW.name, kind = NEW.kind, position = 10 + NEW.position
     WHERE code = 'attr.' || NEW.code;
    UPDATE facet f SET (label, colour, number) = (SELECT s.label, s.colour, s.number FROM facet_shown(g.code, f.value) s)
      FROM facet_group g WHERE g.code = 'attr.' || NEW.code AND f.group_id = g.id;
    -- a row that is there is locked: the round that takes it waits for us
    INSERT INTO search_stale (product_id)
    SELECT p.id FROM product p
     WHERE p.deleted_at IS NULL AND p.attributes ?| ARRAY[NEW.code, NEW.name, OLD.name]
    UNION
    SELECT v.product_id FROM variant v
     WHERE v.deleted_at IS NULL AND (v.attributes ?| ARRAY[NEW.code, NEW.name, OLD.name]
                                  OR v.options ?| ARRAY[NEW.code, NEW.name, OLD.name])
     ORDER BY 1
        ON CONFLICT (product_id) DO UPDATE SET product_id = EXCLUDED.product_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER attribute_facets_changed AFTER UPDATE OF name, kind, unit, choices, is_filterable, position
    ON attribute FOR EACH ROW
    WHEN ((NEW.name, NEW.kind, NEW.unit, NEW.choices, NEW.is_filterable, NEW.position)
          IS DISTINCT FROM (OLD.name, OLD.kind, OLD.unit, OLD.choices, OLD.is_filterable, OLD.position))
    EXECUTE FUNCTION attribute_facets_changed();
CREATE FUNCTION attribute_facets_made() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO search_stale (product_id)
    SELECT p.id FROM product p WHERE p.deleted_at IS NULL AND p.attributes ?| ARRAY[NEW.code, NEW.name]
     ORDER BY 1
        ON CONFLICT (product_id) DO UPDATE SET product_id = EXCLUDED.product_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER attribute_facets_made AFTER INSERT ON attribute FOR EACH ROW
    WHEN (NEW.is_filterable) EXECUTE FUNCTION attribute_facets_made();

-- ---- counts that may be somewhat old ----

CREATE FUNCTION search_tiers_count() RETURNS void LANGUAGE sql AS $$
    INSERT INTO search_tier AS t
    SELECT n, coalesce(d.documents, 0)
      FROM generate_series(0, 20) n
      LEFT JOIN (SELECT search_tier_of(popularity) AS tier, count(*) AS documents
                   FROM search_document GROUP BY 1) d ON d.tier = n
        ON CONFLICT (tier) DO UPDATE SET documents = EXCLUDED.documents
         WHERE t.documents <> EXCLUDED.documents
$$;
CREATE FUNCTION search_words_count() RETURNS void LANGUAGE sql AS $$
    UPDATE search_word w SET documents = n.documents
      FROM (SELECT w.lexeme, count(*) AS documents FROM search_document d, unnest(d.words) w
             WHERE w.weights && '{A,B,C}' GROUP BY 1) n
     WHERE w.lexeme = n.lexeme AND w.documents <> n.documents
$$;

-- ---- asking ----

-- The document of a SKU or barcode.
CREATE FUNCTION search_code(given text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ('''#' || replace(replace(left(lower(btrim(given)), 100), '\', '\\'), '''', '''''') || '''')::tsquery
$$;
CREATE FUNCTION search_near(given text) RETURNS text LANGUAGE sql STABLE
SET pg_trgm.similarity_threshold = 0.2 AS $$
    SELECT word FROM search_word
     WHERE word % given AND levenshtein_less_equal(word, given, 2) <= CASE WHEN length(given) < 6 THEN 1 ELSE 2 END
     ORDER BY levenshtein(word, given), documents DESC, word LIMIT 1
$$;

-- One word as it is searched for. The last one may go on: what is not known,
-- or hardly, stands for the words that begin with it. What nothing is called
-- is taken for the most alike word that is known.
CREATE FUNCTION search_word_asked(given text, is_last boolean, OUT query tsquery, OUT meant text)
LANGUAGE plpgsql STABLE AS $$
DECLARE
    plain text := search_text(given);
    known int;
    longer text;
    near text;
BEGIN
    meant := given;
    query := plainto_tsquery('shop', plain);
    IF numnode(query) <> 1 THEN
        RETURN;
    END IF;
    plain := btrim(lower(unaccent(plain)));
    SELECT max(documents) INTO known FROM search_word WHERE lexeme = btrim(query::text, '''');
    IF is_last AND length(plain) >= 2 AND coalesce(known, 0) < 20 THEN
        SELECT string_agg(quote_literal(lexeme), '|') INTO longer
          FROM (SELECT lexeme FROM search_word
                 WHERE word ~>=~ plain AND word ~<~ (plain || chr(1114111)) AND starts_with(word, plain)
                 ORDER BY documents DESC LIMIT 50) l;
        IF longer IS NOT NULL THEN
            query := query || longer::tsquery;
            RETURN;
        END IF;
    END IF;
    IF known IS NOT NULL OR length(plain) < 4 OR plain ~ '[0-9]'
       OR EXISTS (SELECT 1 FROM search_document WHERE words @@ query) THEN
        RETURN;
    END IF;
    near := search_near(left(plain, 100));
    IF near IS NOT NULL THEN
        meant := near;
        query := plainto_tsquery('shop', near);
    END IF;
END
$$;

-- 163 says what words also mean.
CREATE FUNCTION search_with_synonyms(sought tsquery) RETURNS tsquery LANGUAGE sql STABLE AS 'SELECT sought';

-- What is asked, ready for the index. A term is two signs and a text: "+" all
-- of these, "|" or this instead of the one before, "-" none of these; "w" a
-- word, "l" the last word, "p" a phrase. A choice is a facet group, "=", ">"
-- or "<", and a value; those of one group are alternatives, bounds narrow it.
--   must   all of it
--   wide   all but one of the chosen groups, any one: what is counted when
--          counts of a group leave its own choice out; NULL: nothing is chosen
--   words  the words alone, by which hits are ranked; NULL: there are none
-- The first four chosen groups stand in group1.. with their facets in ids1..;
-- further ones are in must and wide alike.
CREATE FUNCTION search_asked(given text, terms text[], codes text[], signs text[], vals text[], in_currency text,
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
        base := CASE WHEN words IS NULL THEN exact ELSE base || exact END;
    END IF;
    chosen := '{}';
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

-- Of `hits` in two of the 256 parts of all documents: how much more is read.
-- sample NULL: all of it; else the parts that hold some 400 hits. best: the
-- tiers that hold the most popular, if they are few enough.
CREATE FUNCTION search_reach(hits bigint, OUT sample tsquery, OUT parts int, OUT best tsquery)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    parts := 256;
    IF hits <= 12 THEN
        RETURN;
    END IF;
    parts := ceil(400 * 2.0 / hits)::int;
    sample := (SELECT string_agg('''~' || n || '''', '|') FROM generate_series(0, parts - 1) n)::tsquery;
    best := (SELECT string_agg('''^' || tier || '''', '|')
               FROM (SELECT tier, sum(documents) OVER (ORDER BY tier DESC) AS so_far, documents,
                            sum(documents) OVER () AS everything FROM search_tier) t
              WHERE so_far * hits * 128 <= 1200 * everything
                AND (so_far - documents) * hits * 128 <= 200 * everything)::tsquery;
END
$$;

INSERT INTO search_currency
SELECT currency, row_number() OVER (ORDER BY products DESC)
  FROM listing_count WHERE category_id = '00000000-0000-0000-0000-000000000000';
DO $$
DECLARE
    batch uuid[];
BEGIN
    FOR batch IN SELECT array_agg(id) FROM (SELECT id, (row_number() OVER (ORDER BY id)) / 1000 AS n
                                              FROM product) p GROUP BY n ORDER BY n LOOP
        PERFORM facets_known(batch);
        INSERT INTO search_document SELECT * FROM search_document_of(batch);
        PERFORM search_words_known(batch);
    END LOOP;
END
$$;
CREATE INDEX search_document_words ON search_document USING gin (words) WITH (gin_pending_list_limit = 256);
SELECT search_tiers_count();
SELECT search_words_count();
ANALYZE search_document;
ANALYZE facet;
ANALYZE search_word;
