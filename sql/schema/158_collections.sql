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
