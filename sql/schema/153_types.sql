-- 153_types.sql - what a page shows of a product's attributes, quickly.

-- The parts of it that are the same for every product stand ready.
CREATE FUNCTION attribute_head(code text, name text, kind text, unit text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT '{"code":' || to_json(code) || ',"name":' || to_json(name) || ',"kind":"' || kind
           || '","unit":' || coalesce(to_json(nullif(unit, ''))::text, 'null') || ',"value":'
$$;
CREATE FUNCTION attribute_tails(choices jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(jsonb_object_agg(c ->> 'value', ',"label":' || (c -> 'label')::text
               || ',"colour":' || coalesce((c -> 'colour')::text, 'null') || '}'), '{}')
      FROM jsonb_array_elements(choices) AS c
$$;
CREATE FUNCTION attribute_tail(kind text, unit text, value jsonb) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT ',"label":' || CASE kind
               WHEN 'number' THEN to_json(rtrim((value #>> '{}') || ' ' || unit))::text
               WHEN 'boolean' THEN CASE WHEN value = 'true' THEN '"Yes"' ELSE '"No"' END
               ELSE to_json(value #>> '{}')::text END || ',"colour":null}'
$$;
ALTER TABLE attribute
    ADD head text GENERATED ALWAYS AS (attribute_head(code, name, kind, unit)) STORED,
    ADD tails jsonb GENERATED ALWAYS AS (attribute_tails(choices)) STORED;

-- [{"code", "name", "kind", "unit", "value", "label", "colour"}], in the order
-- of the product's type; without one the attributes that the shop knows, then
-- texts under names of their own, whose code is null. plpgsql, because it
-- keeps its plans: 30 us for a product of 5 attributes, or 15 texts.
CREATE FUNCTION attributes_shown(type uuid, attributes jsonb) RETURNS json LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE
    rest jsonb := attributes_shown.attributes;
    shown text := '';
    known record;
    value jsonb;
BEGIN
    FOR known IN
        SELECT a.code, a.kind, a.unit, a.head, a.tails
          FROM attribute a
          LEFT JOIN product_type_attribute t
                 ON t.attribute_id = a.id AND t.product_type_id = attributes_shown.type
         WHERE a.code = ANY (ARRAY(SELECT jsonb_object_keys(attributes_shown.attributes)))
         ORDER BY t.position, a.position, a.code
    LOOP
        value := rest -> known.code;
        rest := rest - known.code;
        shown := shown || ',' || known.head || value::text
                 || coalesce(known.tails ->> (value #>> '{}'),
                             attribute_tail(known.kind, known.unit, value));
    END LOOP;
    IF rest <> '{}' THEN
        shown := shown || (
            SELECT string_agg(',{"code":null,"name":' || to_json(e.key)::text
                       || ',"kind":"text","unit":null,"value":' || e.value::text || ',"label":'
                       || to_json(e.value #>> '{}')::text || ',"colour":null}', '')
              FROM jsonb_each(rest) AS e);
    END IF;
    RETURN '[' || ltrim(shown, ',') || ']';
END
$$;

CREATE FUNCTION attribute_list(product uuid) RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT attributes_shown(p.product_type_id, p.attributes) FROM product p
             WHERE p.id = attribute_list.product);
END
$$;
