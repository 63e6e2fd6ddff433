-- 159_price_edits.sql - what staff's edits of prices and schedules are made of.

-- All prices of a variant, as they are to be; currencies left out go. The
-- caller has locked the product.
CREATE FUNCTION prices_replace(variant uuid, currencies text[], amounts bigint[], compare_ats bigint[],
                               actor uuid)
RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    PERFORM price_cause('staff', actor);
    DELETE FROM price WHERE variant_id = variant AND currency <> ALL (currencies);
    RETURN prices_set(array_fill(variant, ARRAY[cardinality(currencies)]), currencies, amounts,
                      compare_ats, 'staff', actor);
END
$$;

-- After a schedule of these products was written: what it says is so at once.
CREATE FUNCTION price_turn_now(products uuid[], actor uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    changed uuid[] := price_turn(products, actor);
BEGIN
    IF cardinality(changed) > 0 THEN
        PERFORM listing_refresh(changed);
    END IF;
END
$$;

-- What staff are told of a price that says more than it may; null: nothing.
CREATE FUNCTION price_warning(amount bigint, compare_at bigint, lowest bigint) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN compare_at <= amount THEN 'compare_at_not_higher'
                WHEN compare_at > lowest THEN 'compare_at_above_lowest' END
$$;
