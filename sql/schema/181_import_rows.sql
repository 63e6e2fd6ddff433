-- 181_import_rows.sql - what many new products cost, row by row: less.

-- In the order of the index that most lists walk, so that neighbours go to one
-- page of it after the other.
CREATE OR REPLACE FUNCTION listing_rows_write(products uuid[]) RETURNS listing_change[] LANGUAGE plpgsql AS $$
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
        INSERT INTO listing AS l SELECT * FROM fresh ORDER BY category_id, currency, price, product_id
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

-- As before. What stands in functions of a query is asked a query each time:
-- here it is part of the one, and pictures are asked for where there are some.
CREATE OR REPLACE FUNCTION card_of(products uuid[]) RETURNS SETOF card LANGUAGE sql STABLE AS $$
    SELECT p.id, v.id, p.slug, p.name, p.brand, c.slug, v.sku,
           coalesce(CASE WHEN EXISTS (SELECT 1 FROM product_media pm WHERE pm.product_id = p.id)
                         THEN media_first_url(p.id) END, p.images ->> 0),
           (SELECT count(*) FROM variant o WHERE o.product_id = p.id AND o.is_active
               AND o.deleted_at IS NULL)::int,
           coalesce(r.count, 0), r.average,
           EXISTS (SELECT 1 FROM variant o JOIN stock s ON s.variant_id = o.id
                    WHERE o.product_id = p.id AND o.is_active AND o.deleted_at IS NULL
                      AND s.on_hand - s.allocated - s.reserved - s.safety + s.backorder_limit > 0)
      FROM product p
      JOIN variant v ON v.product_id = p.id AND v.is_default
      LEFT JOIN product_rating r ON r.product_id = p.id
      LEFT JOIN category c ON c.id = p.category_id
     WHERE p.id = ANY (products) AND product_is_visible(p)
       AND EXISTS (SELECT 1 FROM variant o JOIN price ON price.variant_id = o.id
                    WHERE o.product_id = p.id AND o.is_active AND o.deleted_at IS NULL)
$$;

-- Goods that come are looked at once a statement. A product that this
-- transaction has made, and that has no card, nobody else can see: there is
-- nothing to wait for, and its listing_refresh() is to come.
CREATE FUNCTION stock_arrived() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    turned uuid[];
BEGIN
    SELECT array_agg(DISTINCT p.id ORDER BY p.id) INTO turned
      FROM fresh f
      JOIN variant v ON v.id = f.variant_id
      JOIN product p ON p.id = v.product_id
     WHERE f.on_hand - f.allocated - f.reserved - f.safety + f.backorder_limit > 0
       AND (p.xmin <> pg_current_xact_id()::xid
            OR EXISTS (SELECT 1 FROM card k WHERE k.product_id = p.id));
    IF turned IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM product_stock_turned(id) FROM unnest(turned) AS id;
    INSERT INTO change_log (kind, object_id)
    SELECT 'product', k.product_id FROM card k WHERE k.product_id = ANY (turned) ORDER BY k.product_id;
    RETURN NULL;
END
$$;
DROP TRIGGER stock_came ON stock;
DROP TRIGGER variant_stock_came ON stock;
CREATE TRIGGER stock_came AFTER INSERT ON stock REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION stock_arrived();
