-- 153_types.sql - what a page shows of a product's attributes; collections
-- that find their products by rules.

-- A number as it is written: no zeros behind the last that counts.
CREATE FUNCTION plain_number(value jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT trim_scale((value #>> '{}')::numeric)::text
$$;

-- [{"code", "name", "kind", "value", "label", "unit", "colour"}], in the order
-- of the product's type; without one the attributes that the shop knows, then
-- texts under names of their own. plpgsql, because it keeps its plans.
CREATE FUNCTION attributes_shown(type uuid, attributes jsonb) RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF attributes_shown.attributes = '{}' THEN
        RETURN '[]';
    END IF;
    RETURN (
        SELECT json_agg(json_build_object(
                   'code', a.code, 'name', coalesce(a.name, e.key), 'kind', coalesce(a.kind, 'text'),
                   'value', e.value,
                   'label', CASE a.kind
                       WHEN 'number' THEN trim(plain_number(e.value) || ' ' || a.unit)
                       WHEN 'boolean' THEN CASE WHEN e.value = 'true' THEN 'Yes' ELSE 'No' END
                       WHEN 'choice' THEN coalesce(c.choice ->> 'label', e.value #>> '{}')
                       WHEN 'colour' THEN coalesce(c.choice ->> 'label', e.value #>> '{}')
                       ELSE e.value #>> '{}' END,
                   'unit', nullif(a.unit, ''), 'colour', c.choice ->> 'colour')
                   ORDER BY t.position, a.position, a.code, e.key)
          FROM jsonb_each(attributes_shown.attributes) e
          LEFT JOIN attribute a ON a.code = e.key
          LEFT JOIN product_type_attribute t
                 ON t.attribute_id = a.id AND t.product_type_id = attributes_shown.type
          LEFT JOIN LATERAL (SELECT choice FROM jsonb_array_elements(a.choices) AS choice
                              WHERE a.kind IN ('choice', 'colour') AND choice ->> 'value' = e.value #>> '{}'
                              LIMIT 1) c ON true);
END
$$;

CREATE FUNCTION attribute_list(product uuid) RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT attributes_shown(p.product_type_id, p.attributes) FROM product p
             WHERE p.id = attribute_list.product);
END
$$;
