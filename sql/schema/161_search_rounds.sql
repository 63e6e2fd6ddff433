-- 161_search_rounds.sql - what the search keeps up with by rounds.

-- Units in orders of the last 90 days; at most `most` products change in one
-- transaction. How many did.
CREATE FUNCTION popularity_round(most int) RETURNS int LANGUAGE plpgsql SET jit = off AS $$
DECLARE
    changed uuid[];
    sold bigint[];
BEGIN
    SELECT array_agg(c.id ORDER BY c.id), array_agg(c.units ORDER BY c.id) INTO changed, sold FROM (
        SELECT p.id, coalesce(s.units, 0) AS units
          FROM product p
          LEFT JOIN (SELECT l.product_id, sum(l.quantity)::bigint AS units
                       FROM orders o JOIN order_line l ON l.order_id = o.id
                      WHERE o.created_at > now() - interval '90 days'
                        AND o.state NOT IN ('pending_payment', 'expired', 'canceled')
                      GROUP BY 1) s ON s.product_id = p.id
         WHERE p.deleted_at IS NULL AND p.popularity <> coalesce(s.units, 0)
         ORDER BY p.id LIMIT most) c;
    IF changed IS NULL THEN
        RETURN 0;
    END IF;
    PERFORM 1 FROM product WHERE id = ANY (changed) ORDER BY id FOR NO KEY UPDATE;
    UPDATE product p SET popularity = u.units FROM unnest(changed, sold) AS u (id, units) WHERE p.id = u.id;
    PERFORM listing_refresh(changed);
    RETURN cardinality(changed);
END
$$;

-- Products whose documents an attribute's change left behind. How many.
CREATE FUNCTION search_stale_round(most int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    batch uuid[];
BEGIN
    WITH gone AS (
        DELETE FROM search_stale WHERE product_id IN (
            SELECT product_id FROM search_stale ORDER BY product_id LIMIT most FOR UPDATE SKIP LOCKED)
        RETURNING product_id
    )
    SELECT array_agg(product_id) INTO batch FROM gone;
    IF batch IS NULL THEN
        RETURN 0;
    END IF;
    PERFORM listing_refresh(batch);
    RETURN cardinality(batch);
END
$$;
