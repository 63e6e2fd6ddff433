-- 171_transfer.sql - what imports and exports show.

-- By bytes: how many rows a file has is known at its end.
CREATE FUNCTION import_percent(i import) RETURNS int LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN i.state = 'done' THEN 100 WHEN i.bytes_total = 0 THEN 0
                ELSE least(99, 100 * CASE WHEN i.is_retry THEN greatest(i.retried, 0)
                                          ELSE i.position END / i.bytes_total)::int END
$$;

-- A variant's options in the order in which its product has them.
CREATE FUNCTION options_in_order(of_product jsonb, of_variant jsonb) RETURNS json
LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(json_object_agg(o ->> 'name', of_variant -> (o ->> 'name') ORDER BY place), '{}')
      FROM jsonb_array_elements(of_product) WITH ORDINALITY AS e (o, place)
$$;
