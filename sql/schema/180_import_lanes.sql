-- 180_import_lanes.sql - who changes products beside others holds the rows that
-- all share, how many a place lists, for the end of the transaction only.

-- How many more or fewer a place lists; added by listing_count_add().
CREATE TYPE listing_change AS (category_id uuid, currency text, n bigint);

-- Rows that stay as they are are not written: an edit of a text touches none.
-- What it makes of the counts is returned.
CREATE FUNCTION listing_rows_write(products uuid[]) RETURNS listing_change[] LANGUAGE plpgsql AS $$
DECLARE
    changes listing_change[];
BEGIN
    WITH fresh AS MATERIALIZED (
        SELECT * FROM listing_of(products)
    ), gone AS (
        DELETE FROM listing l WHERE l.product_id = ANY (products)
           AND NOT EXISTS (SELECT 1 FROM fresh f WHERE f.product_id = l.product_id
                              AND f.category_id = l.category_id AND f.currency = l.currency)
        RETURNING l.category_id, l.currency
    ), put AS (
        INSERT INTO listing AS l SELECT * FROM fresh
            ON CONFLICT (product_id, category_id, currency) DO UPDATE
           SET price = EXCLUDED.price, price_max = EXCLUDED.price_max,
               compare_at_amount = EXCLUDED.compare_at_amount, rating = EXCLUDED.rating,
               popularity = EXCLUDED.popularity, created_at = EXCLUDED.created_at
         WHERE (l.price, l.price_max, l.compare_at_amount, l.rating, l.popularity, l.created_at)
               IS DISTINCT FROM (EXCLUDED.price, EXCLUDED.price_max, EXCLUDED.compare_at_amount,
                                 EXCLUDED.rating, EXCLUDED.popularity, EXCLUDED.created_at)
        RETURNING l.category_id, l.currency, xmax = 0 AS is_new
    )
    SELECT array_agg((c.category_id, c.currency, c.n)::listing_change ORDER BY c.category_id, c.currency)
      INTO changes
      FROM (SELECT category_id, currency, sum(n) AS n
              FROM (SELECT category_id, currency, -1 AS n FROM gone UNION ALL
                    SELECT category_id, currency, 1 FROM put WHERE is_new) AS each
             GROUP BY 1, 2 HAVING sum(n) <> 0) c;
    RETURN coalesce(changes, '{}');
END
$$;

-- In one order, so that two who add wait for each other and no more.
CREATE FUNCTION listing_count_add(changes listing_change[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM unnest(changes) WHERE n < 0) THEN
        INSERT INTO listing_count AS c (category_id, currency, products)
        SELECT category_id, currency, n FROM unnest(changes) ORDER BY 1, 2
            ON CONFLICT (category_id, currency) DO UPDATE SET products = c.products + EXCLUDED.products;
        RETURN;
    END IF;
    -- What is to be inserted has no room for less than none.
    INSERT INTO listing_count AS c (category_id, currency, products)
    SELECT category_id, currency, greatest(n, 0) FROM unnest(changes) ORDER BY 1, 2
        ON CONFLICT (category_id, currency) DO UPDATE SET products = c.products + (
           SELECT o.n FROM unnest(changes) o
            WHERE o.category_id = c.category_id AND o.currency = c.currency);
END
$$;

CREATE OR REPLACE FUNCTION listing_rows_refresh(products uuid[]) RETURNS void LANGUAGE sql AS $$
    SELECT listing_count_add(listing_rows_write(products))
$$;

-- As before; the counts come last.
CREATE OR REPLACE FUNCTION listing_refresh(products uuid[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    changes listing_change[];
BEGIN
    PERFORM 1 FROM product WHERE id = ANY (products) ORDER BY id FOR NO KEY UPDATE;
    PERFORM collection_refresh(products);
    DELETE FROM card k WHERE product_id = ANY (products)
       AND NOT EXISTS (SELECT 1 FROM card_of(products) f WHERE f.product_id = k.product_id);
    INSERT INTO card AS k SELECT * FROM card_of(products)
        ON CONFLICT (product_id) DO UPDATE
       SET (variant_id, slug, name, brand, category, sku, image, variant_count, rating_count,
            rating_average, in_stock)
         = (EXCLUDED.variant_id, EXCLUDED.slug, EXCLUDED.name, EXCLUDED.brand, EXCLUDED.category,
            EXCLUDED.sku, EXCLUDED.image, EXCLUDED.variant_count, EXCLUDED.rating_count,
            EXCLUDED.rating_average, EXCLUDED.in_stock)
     WHERE k IS DISTINCT FROM EXCLUDED;
    changes := listing_rows_write(products);
    PERFORM search_refresh(products);
    INSERT INTO change_log (kind, object_id, is_gone)
    SELECT 'product', p, NOT EXISTS (SELECT 1 FROM card WHERE product_id = p)
      FROM unnest(products) AS p;
    IF changes <> '{}' THEN
        PERFORM listing_count_add(changes);
    END IF;
END
$$;
