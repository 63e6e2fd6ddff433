-- 158_collections.sql - how attributes and types are shown to staff;
-- collections that find their products by rules.

-- Products with a value of the attribute of that code, on them or on a variant.
CREATE FUNCTION attribute_uses(code text) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT count(*) FROM product p
     WHERE p.deleted_at IS NULL
       AND (p.attributes ? $1
            OR EXISTS (SELECT 1 FROM variant v WHERE v.product_id = p.id AND v.deleted_at IS NULL
                          AND v.attributes ? $1))
$$;

-- The attributes of a type in their order, as its page lists them.
CREATE FUNCTION type_attributes(type uuid) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT coalesce(json_agg(json_build_object('attribute', a.code, 'is_required', t.is_required,
               'name', a.name, 'kind', a.kind, 'unit', a.unit, 'is_filterable', a.is_filterable)
               ORDER BY t.position), '[]')
      FROM product_type_attribute t JOIN attribute a ON a.id = t.attribute_id
     WHERE t.product_type_id = $1
$$;

-- ---- rules ----

-- {"all": [{"field": "price", "op": "lt", "value": "20.00", "currency": "EUR"}]},
-- or "any"; of a collection by hand {}. Written by src/domain/catalog/rule.c,
-- whose table of fields and operators is that of rule_condition() below.
ALTER TABLE collection DROP CONSTRAINT collection_rules_check;
ALTER TABLE collection ALTER rules SET DEFAULT '{}';
UPDATE collection SET rules = '{}';
ALTER TABLE collection
    ADD CONSTRAINT collection_rules_check CHECK (jsonb_typeof(rules) = 'object'),
    -- what its rules find changes by itself: with the time, or the stock
    ADD is_drifting boolean NOT NULL DEFAULT false;
CREATE INDEX collection_by_rule ON collection (id) WHERE kind = 'rule';
CREATE INDEX collection_order ON collection (position, name) WHERE is_published;
CREATE INDEX collection_product_order ON collection_product (collection_id, position, product_id);

CREATE FUNCTION money_amount(value text, currency text) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (value::numeric * 10 ^ currency_exponent(currency))::bigint
$$;

-- One condition on a product p (with p.lineage) as SQL. `at` leads to the
-- condition in the parameter $1, so that no text of it becomes part of the SQL.
CREATE FUNCTION rule_condition(at text, field text, op text) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    value text := format('(%s ->> ''value'')', at);
    list text := format('(%s -> ''value'')', at);
    code text := format('substr(%s ->> ''field'', 11)', at);
    compare text := CASE op WHEN 'eq' THEN '=' WHEN 'gt' THEN '>' WHEN 'gte' THEN '>='
                            WHEN 'lt' THEN '<' WHEN 'lte' THEN '<=' END;
    subject text;
    prices text := format('SELECT 1 FROM variant v JOIN price r ON r.variant_id = v.id
        AND r.currency = %s ->> ''currency'' WHERE v.product_id = p.id AND v.is_active
        AND v.deleted_at IS NULL', at);
BEGIN
    subject := CASE field WHEN 'brand' THEN 'p.brand' WHEN 'name' THEN 'p.name'
                          WHEN 'product_type' THEN 'p.type_code' END;
    IF subject IS NOT NULL THEN
        RETURN CASE op
            WHEN 'eq' THEN format('coalesce(%s = %s, false)', subject, value)
            WHEN 'ne' THEN format('%s IS DISTINCT FROM %s', subject, value)
            WHEN 'in' THEN format('coalesce(%s ? %s, false)', list, subject)
            WHEN 'not_in' THEN format('NOT coalesce(%s ? %s, false)', list, subject)
            WHEN 'contains' THEN format('position(lower(%s) IN lower(coalesce(%s, ''''))) > 0', value, subject)
            WHEN 'starts_with' THEN format('starts_with(lower(coalesce(%s, '''')), lower(%s))', subject, value)
        END;
    ELSIF field = 'category' THEN
        RETURN CASE op
            WHEN 'in' THEN format('coalesce(%s ?| p.lineage, false)', list)
            WHEN 'not_in' THEN format('NOT coalesce(%s ?| p.lineage, false)', list)
        END;
    ELSIF field = 'price' THEN
        -- The cheapest variant's, as a list shows it.
        RETURN format('coalesce((%s) %s money_amount(%s, %s ->> ''currency''), false)',
                      replace(prices, 'SELECT 1', 'SELECT min(r.amount)'), compare, value, at);
    ELSIF field = 'reduced' THEN
        RETURN format('EXISTS (%s AND r.compare_at_amount > r.amount) = %s::boolean', prices, value);
    ELSIF field = 'created' THEN
        RETURN CASE op
            WHEN 'within_days' THEN format('p.created_at > now() - make_interval(days => %s::int)', value)
            ELSE format('p.created_at %s %s::timestamptz', compare, value)
        END;
    ELSIF field = 'in_stock' THEN
        RETURN format('product_in_stock(p.id) = %s::boolean', value);
    ELSIF field = 'rating' THEN
        RETURN format('coalesce((SELECT r.average FROM product_rating r WHERE r.product_id = p.id), 0) %s %s::numeric',
                      compare, value);
    ELSIF field = 'popularity' THEN
        RETURN format('p.popularity %s %s::bigint', compare, value);
    ELSIF field LIKE 'attribute.%' THEN
        -- The product's, or that of any variant for sale.
        subject := CASE
            WHEN op IN ('eq', 'ne') THEN format('(a.j -> %s) = %s', code, list)
            WHEN op IN ('in', 'not_in') THEN format('%s @> (a.j -> %s)', list, code)
            WHEN op = 'is_set' THEN format('a.j ? (%s)', code)
            ELSE format('CASE WHEN jsonb_typeof(a.j -> %1$s) = ''number''
                              THEN (a.j ->> %1$s)::numeric %2$s %3$s::numeric END', code, compare, value)
        END;
        subject := format('EXISTS (SELECT 1 FROM (SELECT p.attributes UNION ALL
            SELECT v.attributes FROM variant v WHERE v.product_id = p.id AND v.is_active
                AND v.deleted_at IS NULL AND v.attributes <> ''{}'') AS a (j) WHERE %s)', subject);
        RETURN CASE WHEN op IN ('ne', 'not_in') THEN 'NOT ' || subject
                    WHEN op = 'is_set' THEN format('%s = %s::boolean', subject, value) ELSE subject END;
    END IF;
END
$$;

-- All of a collection's conditions; `place` is that of its rules in $1.
CREATE FUNCTION rule_sql(rules jsonb, place int) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    every boolean := rules ? 'all';
    list jsonb := CASE WHEN every THEN rules -> 'all' ELSE rules -> 'any' END;
    found text;
BEGIN
    SELECT string_agg('(' || rule_condition(format('($1 #> ''{%s,%s,%s}'')', place,
                       CASE WHEN every THEN 'all' ELSE 'any' END, i - 1), c ->> 'field', c ->> 'op') || ')',
                      CASE WHEN every THEN ' AND ' ELSE ' OR ' END)
      INTO found
      FROM jsonb_array_elements(list) WITH ORDINALITY AS e (c, i);
    RETURN coalesce(found, 'false');
END
$$;

-- Which of the products (NULL: of all) each of the rules finds, an array as
-- long as the collections.
CREATE FUNCTION rule_matches(collections uuid[], rules jsonb, products uuid[])
RETURNS TABLE (collection_id uuid, product_id uuid) LANGUAGE plpgsql STABLE
-- Compiling fifty collections' rules takes ten times as long as running them.
SET jit = off AS $$
DECLARE
    parts text;
BEGIN
    SELECT string_agg(format('SELECT ($2)[%s], p.id FROM p WHERE %s', place, rule_sql(r, place::int - 1)),
                      ' UNION ALL ')
      INTO parts
      FROM jsonb_array_elements(rules) WITH ORDINALITY AS e (r, place);
    RETURN QUERY EXECUTE
        'WITH p AS (
            SELECT p.*, g.lineage::text[] AS lineage, t.code AS type_code
              FROM product p
              LEFT JOIN category g ON g.id = p.category_id
              LEFT JOIN product_type t ON t.id = p.product_type_id
             WHERE p.deleted_at IS NULL'
        || CASE WHEN products IS NULL THEN '' ELSE ' AND p.id = ANY ($3)' END || ') ' || parts
        USING rules, collections, products;
END
$$;

-- Slugs or ids of categories in rules become ids.
CREATE FUNCTION rules_resolve(given jsonb, OUT rules jsonb, OUT unknown_at text, OUT unknown text)
LANGUAGE sql STABLE SET jit = off AS $$
    WITH each AS (
        SELECT r.mode, e.c, e.i
          FROM jsonb_each(given) AS r (mode, list),
               jsonb_array_elements(r.list) WITH ORDINALITY AS e (c, i)
    ), known AS (
        SELECT each.mode, each.i, x.v, x.place,
               (SELECT g.id FROM category g WHERE g.slug = x.v OR g.id::text = x.v) AS id
          FROM each, jsonb_array_elements_text(each.c -> 'value') WITH ORDINALITY AS x (v, place)
         WHERE each.c ->> 'field' = 'category'
    ), lost AS (
        SELECT 'rules.' || mode || '.' || i - 1 || '.value' AS at, v FROM known
         WHERE id IS NULL ORDER BY i, place LIMIT 1
    )
    SELECT (SELECT jsonb_build_object(min(mode), jsonb_agg(CASE WHEN c ->> 'field' = 'category'
                   THEN jsonb_set(c, '{value}', (SELECT jsonb_agg(k.id ORDER BY k.place) FROM known k
                                                  WHERE k.i = each.i))
                   ELSE c END ORDER BY i)) FROM each),
           (SELECT at FROM lost), (SELECT v FROM lost)
$$;

-- Puts these products into those of the collections whose rules find them,
-- and takes them out of the others. Planned anew each time: a plan made for
-- one product, or an empty collection, takes minutes for many.
CREATE FUNCTION rule_apply(collections uuid[], rules jsonb, products uuid[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE $sql$
        WITH found AS MATERIALIZED (
            SELECT * FROM rule_matches($1, $2, $3)
        ), gone AS (
            DELETE FROM collection_product m
             WHERE m.product_id = ANY ($3) AND m.collection_id = ANY ($1)
               AND NOT (m.collection_id, m.product_id) IN (SELECT f.collection_id, f.product_id FROM found f)
        )
        INSERT INTO collection_product (collection_id, product_id)
        SELECT f.collection_id, f.product_id FROM found f
            ON CONFLICT DO NOTHING
    $sql$ USING collections, rules, products;
END
$$;

-- Called by listing_refresh() with the products locked. Whoever saves rules
-- holds the collection: one of the two sees what the other has written.
CREATE OR REPLACE FUNCTION collection_refresh(products uuid[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    ids uuid[];
    every jsonb;
BEGIN
    SELECT array_agg(k.id), jsonb_agg(k.rules) INTO ids, every
      FROM (SELECT id, rules FROM collection WHERE kind = 'rule' ORDER BY id FOR SHARE) k;
    IF ids IS NOT NULL THEN
        PERFORM rule_apply(ids, every, products);
    END IF;
END
$$;

-- The listing of these products in one collection: as in the whole catalogue
-- for those who are in it, none unless it is published. With the collection
-- held; if it is by hand, with its products locked.
CREATE FUNCTION collection_relist(place uuid, products uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE $sql$
        WITH fresh AS MATERIALIZED (
            SELECT l.* FROM collection k
              JOIN collection_product m ON m.collection_id = k.id
              JOIN listing l ON l.product_id = m.product_id
                   AND l.category_id = '00000000-0000-0000-0000-000000000000'
             WHERE k.id = $1 AND k.is_published AND m.product_id = ANY ($2)
        ), gone AS (
            DELETE FROM listing l WHERE l.category_id = $1 AND l.product_id = ANY ($2)
               AND NOT (l.product_id, l.currency) IN (SELECT f.product_id, f.currency FROM fresh f)
            RETURNING l.currency
        ), put AS (
            INSERT INTO listing (category_id, product_id, currency, price, price_max, compare_at_amount,
                                 rating, popularity, created_at)
            SELECT $1, product_id, currency, price, price_max, compare_at_amount, rating, popularity,
                   created_at
              FROM fresh
                ON CONFLICT DO NOTHING RETURNING currency
        ), change AS (
            SELECT currency, sum(n) AS n
              FROM (SELECT currency, -1 AS n FROM gone UNION ALL SELECT currency, 1 FROM put) AS each
             GROUP BY 1 HAVING sum(n) <> 0
        )
        INSERT INTO listing_count AS c (category_id, currency, products)
        SELECT $1, currency, greatest(n, 0) FROM change ORDER BY 2
            ON CONFLICT (category_id, currency) DO UPDATE SET products = c.products + (
               SELECT n FROM change WHERE change.currency = c.currency)
    $sql$ USING place, products;
END
$$;

-- The next products behind that id, anew in a collection by rule, which the
-- caller holds; the id of the last, NULL when these were the last. In parts,
-- so that no statement takes long.
CREATE FUNCTION collection_rebuild(place uuid, after uuid, size int) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
    part uuid[] := ARRAY(SELECT id FROM product WHERE id > after ORDER BY id LIMIT size);
BEGIN
    PERFORM rule_apply(ARRAY[k.id], jsonb_build_array(k.rules), part) FROM collection k WHERE k.id = place;
    PERFORM collection_relist(place, part);
    RETURN CASE WHEN cardinality(part) = size THEN part[size] END;
END
$$;
